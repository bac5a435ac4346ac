"""What can't be is refused at its field, on every surface, and nothing is stored."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest

from app.extensions import db
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import TaskName
from app.models.notes import Note
from app.models.systems import System
from app.models.tasks import Task
from app.services import changes
from tests.records import make, state, system
from tests.rest import Rest
from tests.web.grid import Grid
from tests.web.surfaces import Form, Surfaces


@dataclass
class Fault:
    """A value that a field can't have, and a word of why."""

    name: str
    model: Any
    field: str
    value: str
    reason: str
    start: Callable[[], int]

    def __str__(self) -> str:
        return self.name


def artifact() -> int:
    return make(Artifact, name="memory.raw", type="File", system=system("HOST"))


def case() -> int:
    make(Case, name="Taken", external_id="INC-1")
    return make(Case, name="Nordwind")


def note() -> int:
    make(Note, title="Taken")
    return make(Note, title="Summary")


def host() -> int:
    """A system that has a guest."""
    above = system("HOST")
    system("GUEST", host_system=above)
    return above


def task() -> int:
    """A task with a part, which has a part."""
    above = make(Task, name=make(TaskName, name="Above"))
    middle = make(Task, name=make(TaskName, name="Middle"), parent=above)
    make(Task, name=make(TaskName, name="Below"), parent=middle)
    return above


def _small(text: str) -> str:
    """A text as it is compared: the first word of a message is written large in pages."""
    return text.casefold()


def of(model: Any) -> str:
    return model.__tablename__.replace("_", "-")


FAULTS = [
    Fault("a name that is too long", Case, "name", "x" * 256, "longer than 255", case),
    Fault("a title that is too long", Note, "title", "x" * 256, "longer than 255", note),
    Fault("a path that is too long", Artifact, "source_path", "x" * 4097, "longer than 4096", artifact),
    Fault("no name at all", Case, "name", " ", "is required", case),
    Fault("a hash that is too short", Artifact, "md5", "abc", "needs 32 hexadecimal digits, this has 3", artifact),
    Fault("a hash that is too long", Artifact, "sha1", "a" * 41, "needs 40 hexadecimal digits, this has 41", artifact),
    Fault("a hash with a dot", Artifact, "sha256", "." * 64, "hexadecimal digits", artifact),
    Fault("no address", System, "ips", "10.0.0.999", "is not an IP address", lambda: system("HOST")),
    Fault("an unknown status", Task, "status", "nonsense", "there is no task status", task),
    Fault("an unknown type", Artifact, "type", "nonsense", "there is no artifact type", artifact),
    Fault("an unknown system", Artifact, "system", "nonsense", "there is no system", artifact),
    Fault("an unknown person", Case, "assigned_to", "nonsense", "there is no user", case),
    Fault("a status with an id that is not there", Task, "status", "id:4711", "with the id 4711", task),
    Fault("a doubled name", Case, "name", "tAkEn", "exists already", case),
    Fault("a doubled external id", Case, "external_id", "inc-1", "exists already", case),
    Fault("a doubled title", Note, "title", "taken", "exists already", note),
    Fault("a doubled system", System, "name", "GUEST", "is taken by", host),
    Fault("no time", Case, "started_at", "soon", "is not a time", case),
    Fault("a host that is its own guest", System, "host_system", "GUEST", "ring of hosts", host),
    Fault("a host that is itself", System, "host_system", "HOST", "its own host", host),
    Fault("a task below itself", Task, "parent", "Below", "ring of tasks", task),
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS, ids=str)
@pytest.mark.parametrize("way", ["cell", "form", "rest"])
def test_what_can_not_be_is_refused_at_its_field(app, bob, fault, way):
    record_id = fault.start()
    before, newest = state(fault.model, record_id), changes.newest()
    surfaces = Surfaces(app, bob)
    outcome = surfaces.change(way, of(fault.model), record_id, fault.field, fault.value)
    assert (outcome.is_stored, outcome.status) == (False, 422), outcome
    assert _small(fault.reason) in _small(outcome.says), outcome
    db.session.rollback()
    assert state(fault.model, record_id) == before
    assert changes.newest() == newest


@pytest.mark.parametrize("way", ["bulk", "paste", "rest_bulk"])
@pytest.mark.parametrize(
    "fault", [one for one in FAULTS if one.field in ("status", "type", "parent", "source_path")], ids=str
)
def test_many_rows_refuse_it_too(app, bob, fault, way):
    record_id = fault.start()
    before = state(fault.model, record_id)
    outcome = Surfaces(app, bob).change(way, of(fault.model), record_id, fault.field, fault.value)
    assert not outcome.is_stored
    assert _small(fault.reason) in _small(outcome.says), outcome
    db.session.rollback()
    assert state(fault.model, record_id) == before


def test_what_was_typed_stays_in_the_form(bob, app):
    one = artifact()
    surfaces = Surfaces(app, bob)
    address = f"/artifacts/{one}/edit"
    filled = Form(bob.get(address).text).values | {"md5": "abc", "result": "a long text"}
    page = bob.post(address, data=filled)
    assert page.status_code == 422
    kept = Form(page.text).values
    assert (kept["md5"], kept["result"].strip()) == ("abc", "a long text")
    assert surfaces.cell("artifacts", one, "md5", "abc").status == 422


def test_rest_asks_for_the_zone_of_a_time_and_pages_mean_that_of_the_person(app, bob):
    one = case()
    rest = Rest(app, "bob")
    wrong = rest.patch(f"cases/{one}", {"started_at": "2026-11-20T22:14:00"}, status=422)
    assert wrong["errors"][0]["field"] == "started_at"
    assert "has no zone" in wrong["errors"][0]["message"]
    rest.post("timeline", {"system": "HOST", "time": "2026-11-20 22:14", "content": "x"}, status=422)
    done = rest.patch(f"cases/{one}", {"started_at": "2026-11-20T22:14:00+01:00"})
    assert done["started_at"] == "2026-11-20T21:14:00+00:00"
    token = Grid(bob, "/cases").headers["X-CSRFToken"]
    bob.post("/me/preferences", data={"csrf_token": token, "zone": "Europe/Berlin", "theme": "dark"})
    assert Surfaces(app, bob).cell("cases", one, "ended_at", "2026-11-21 10:00").is_stored
    assert rest.get(f"cases/{one}")["ended_at"] == "2026-11-21T09:00:00+00:00"

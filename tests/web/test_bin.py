"""The bin: bringing back, and removing for good."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.lookups import Location
from app.models.systems import HostName, Memo, System
from app.models.tags import Tag
from app.services import changes
from app.services.reading import read_one
from tests.pages import problems
from tests.records import change, make, remove, state, system
from tests.web.grid import Grid


@pytest.fixture
def gone(app) -> int:
    """A system in the bin, with a memo and a tag."""
    srv = system("SRV-1", tags=[make(Tag, name="beacon")], aliases=["old-1"])
    make(Memo, system=srv, text="seen")
    remove(System, srv)
    return srv


def test_the_bin_shows_what_was_deleted_once(alice, gone):
    page = alice.get("/bin").text
    assert problems(page) == []
    assert f'id="bin-systems-{gone}"' in page
    assert "bin-memos" not in page, "a memo that went along comes back along"
    assert f"bin-systems-{gone}" not in alice.get("/bin?entity=tags").text
    assert "/purge" not in page


def test_a_restored_system_is_whole_again(alice, gone):
    answer = Grid(alice, "/bin").post(f"/systems/{gone}/restore")
    assert answer.status_code == 200
    assert 'hx-swap="delete"' in answer.text
    page = alice.get(f"/systems/{gone}").text
    for word in ("SRV-1", "beacon", "old-1", "seen"):
        assert word in page, word


def test_a_name_that_is_taken_meanwhile_keeps_it_in_the_bin(alice, gone):
    system("srv-1")
    answer = Grid(alice, "/bin").post(f"/systems/{gone}/restore")
    assert answer.status_code == 409
    assert "stays in the bin" in answer.text
    assert "srv-1" in answer.text
    assert read_one(System, gone, ["deleted_at"])["deleted_at"]


def test_a_purge_leaves_the_history_and_nothing_else(ada, gone):
    answer = Grid(ada, "/bin").post(f"/systems/{gone}/purge")
    assert answer.status_code == 200, answer.text
    db.session.rollback()
    assert read_one(System, gone, ["name"]) is None
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Memo)) == 0
    assert db.session.scalar(sa.select(sa.func.count()).select_from(HostName)) == 0
    history = ada.get(f"/systems/{gone}/history").text
    assert "removed for good" in history
    assert "SRV-1" in history
    assert changes.first_broken_link() is None


def test_what_something_in_the_bin_still_points_at_is_not_purged(ada):
    berlin = make(Location, name="Berlin")
    srv = system("SRV-1", location=berlin)
    remove(System, srv)
    remove(Location, berlin)
    answer = Grid(ada, "/bin").post(f"/locations/{berlin}/purge")
    assert answer.status_code == 409
    assert "still point at it" in answer.text


def test_only_administrators_purge_and_readers_have_no_bin(alice, rita, gone):
    assert Grid(alice, "/bin").post(f"/systems/{gone}/purge").status_code == 403
    assert rita.get("/bin").status_code == 403
    assert "/bin" not in rita.get("/systems").text


def test_analysts_bring_back_what_they_created(bob, people):
    mine, other = system("MINE"), system("OTHER")
    change(System, other, by=people.alice, name="HERS")
    token = Grid(bob)
    made = bob.post("/systems/new", data={"csrf_token": token.headers["X-CSRFToken"], "name": "OWN"})
    own = int(made.location.rpartition("/")[2])
    remove(System, mine, other, own)
    page = bob.get("/bin").text
    assert f"/bin/systems/{own}/restore" in page
    assert f"/bin/systems/{other}/restore" not in page
    assert Grid(bob, "/bin").post(f"/systems/{other}/restore").status_code == 403
    assert Grid(bob, "/bin").post(f"/systems/{own}/restore").status_code == 200
    assert state(System, own)["name"] == "OWN"


def test_what_is_not_in_the_bin_can_not_be_brought_back(alice):
    live = system("SRV-1")
    grid = Grid(alice, "/bin")
    for path in (f"/systems/{live}/restore", "/systems/99999/restore", "/nonsense/1/restore"):
        assert grid.post(path).status_code == 404, path

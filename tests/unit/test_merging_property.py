"""Merging and its undo are no change at all, whatever else was edited in between."""

import datetime as dt

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.models.accounts import Account
from app.models.artifacts import Artifact
from app.models.cases import Case
from app.models.lookups import ArtifactType, Domain, Headline, Ip, TaskName
from app.models.notes import ReportItem
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.tasks import Task
from app.models.timeline import TimelineEntry
from app.services import changes, system_merging
from app.services.drafts import Refused
from app.services.shape import models
from tests.invariants import assert_history_replays
from tests.records import change, make, remove, system, undo_last

HISTORY = {"change_sets", "changes", "notices", "user_sessions"}
MARKS = {"revision", "updated_at", "updated_by_id"}
SYSTEMS, TAGS = 4, ("a", "b", "c")
NOON = dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC)

few = st.integers(0, 1)
which = st.integers(0, SYSTEMS - 1)
some_tags = st.sets(st.sampled_from(TAGS))
START = st.fixed_dictionaries(
    {"tags": some_tags, "status": st.sampled_from(("Unknown", "Clean", "Compromised")), "aliases": few},
    optional={"is_vm": st.booleans(), "host_system": which, "ips": few, "cases": few},
)
CHILD = st.tuples(
    st.sampled_from(("memo", "entry", "item", "account", "seen", "artifact", "task")),
    which,
    few,
    st.sampled_from(("", "x", "y")),
)
EDIT = st.sampled_from(("status", "tag", "new system", "new task", "rename tag", "delete", "lookup"))


@pytest.fixture
def known(app) -> dict:
    """What the examples point at."""
    found = {name: make(Tag, name=name) for name in TAGS} | {"case": make(Case, name="C1")}
    return found | {
        "ip": make(Ip, name="10.0.0.1"),
        "type": make(ArtifactType, name="Thing"),
        "task": make(TaskName, name="Look"),
        "headlines": [make(Headline, name=name) for name in ("First", "Second")],
        "domain": make(Domain, name="corp"),
    }


def everything() -> dict:
    """All that is stored but history, and marks of who wrote last."""
    db.session.rollback()
    recorded = {model.__tablename__ for model in models().values()}
    found = {}
    for table in db.metadata.sorted_tables:
        if table.name in HISTORY:
            continue
        for row in db.session.execute(sa.select(table)).mappings():
            values = {name: value for name, value in row.items() if name not in MARKS}
            if table.name in recorded:
                found[table.name, row["id"]] = values
            else:  # rows that are written anew have another id
                values.pop("id", None)
                found[table.name, repr(sorted(values.items()))] = values
    db.session.rollback()
    return found


def start(known: dict, number: int, wanted: dict, made: list[int]) -> int:
    values = {"status": wanted["status"], "tags": [known[tag] for tag in sorted(wanted["tags"])]}
    base = f"S{changes.newest()}"
    if wanted["aliases"]:
        values["aliases"] = [f"{base}.alias"]
    if "is_vm" in wanted:
        values["is_vm"] = wanted["is_vm"]
    if wanted.get("host_system", number) < number:
        values["host_system"] = made[wanted["host_system"]]
    values |= {name: [known[name[:-1]]] for name in ("ips", "cases") if wanted.get(name)}
    return system(f"{base}-{number}", **values)


def add(known: dict, made: list[int], child: tuple) -> None:
    kind, where, number, text = child
    at = made[where]
    headline = known["headlines"][number]
    makers = {
        "memo": lambda: make(Memo, system=at, text=text or "hm"),
        "entry": lambda: make(
            TimelineEntry, system=at, time=NOON + dt.timedelta(hours=number), type="login", note=text,
            tags=[known["a"]] if text == "x" else [],
        ),
        "item": lambda: make(ReportItem, system=at, headline=headline, content=text, case=known["case"]),
        "account": lambda: make(Account, name=f"root{number}", system=at, note=text, seen_on=[at]),
        "seen": lambda: make(
            Account, name=f"svc{changes.newest()}", domain=known["domain"], seen_on=[at, made[number]]
        ),
        "artifact": lambda: make(
            Artifact, name=f"MFT{number}", type=known["type"], system=at, case=known["case"] if text else None
        ),
        "task": lambda: make(Task, name=known["task"], system=at, note=text),
    }  # fmt: skip
    makers[kind]()


def edit(known: dict, bystander: int, wanted: str) -> None:
    """Something is changed that the merge has nothing to do with."""
    stamp = changes.newest()
    deeds = {
        "status": lambda: change(System, bystander, status="Clean"),
        "tag": lambda: change(System, bystander, tags=[known["b"]]),
        "new system": lambda: system(f"NEW{stamp}", tags=[known["c"]]),
        "new task": lambda: make(Task, name=known["task"], system=bystander),
        "rename tag": lambda: change(Tag, known["c"], name=f"c{stamp}"),
        "delete": lambda: remove(System, system(f"GONE{stamp}")),
        "lookup": lambda: make(Domain, name=f"d{stamp}"),
    }
    deeds[wanted]()


def merged_into(made: list[int], into: int, others: list[int], choose: dict[str, int]) -> bool:
    """Merge; False if hosts and guests would stand in a ring."""
    try:
        with changes.recording(None, "merge") as change_set:
            system_merging.merge(change_set, into, others, {name: made[one] for name, one in choose.items()})
        db.session.commit()
    except Refused as refused:
        db.session.rollback()
        if "ring" in str(refused):
            return False
        raise
    return True


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    starts=st.lists(START, min_size=SYSTEMS, max_size=SYSTEMS),
    children=st.lists(CHILD, max_size=9),
    three=st.booleans(),
    choose=st.dictionaries(st.sampled_from(("name", "status", "is_vm")), few),
    edits=st.lists(EDIT, max_size=3),
)
def test_a_merge_that_is_undone_never_was(known, starts, children, three, choose, edits):
    made: list[int] = []
    for number, wanted in enumerate(starts):
        made.append(start(known, number, wanted, made))
    bystander = system(f"BY{changes.newest()}", tags=[known["a"]])
    for child in children:
        try:
            add(known, made, child)
        except Refused:  # there once already
            db.session.rollback()
    before = everything()
    into, *others = made[:3] if three else made[:2]
    if not merged_into(made, into, others, choose):
        assert everything() == before
        return
    merge, merged = changes.newest(), everything()
    for wanted in edits:
        edit(known, bystander, wanted)
    edited = everything()
    expected = {key: value for key, value in before.items() if key in edited or key not in merged}
    expected |= {key: value for key, value in edited.items() if merged.get(key) != value}
    assert undo_last(steps=changes.newest() - merge).skipped == []
    assert everything() == expected
    assert_history_replays()

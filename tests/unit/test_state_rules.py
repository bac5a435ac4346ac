"""Statuses and priorities: one default at a time, never a retired one."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.lookups import AnalysisStatus, Priority, SystemStatus
from app.services import changes
from app.services.drafts import Refused
from app.services.history import name_of
from app.services.lookups import find
from app.services.reading import read_one
from tests.records import change, make, remove, undo_last

pytestmark = pytest.mark.usefixtures("app")


def named(model, name: str) -> int:
    return find(model, [name])[name]


def defaults(model) -> list[str]:
    return list(db.session.scalars(sa.select(model.name).where(model.is_default)))


def test_a_new_default_takes_the_mark_from_the_old_one_in_the_same_change_set():
    change(Priority, named(Priority, "High"), is_default=True)
    assert defaults(Priority) == ["High"]
    from app.models.changes import Change

    last = sa.select(Change.name, Change.diff).where(Change.change_set_id == changes.newest())
    assert dict(db.session.execute(last).all()) == {
        "Medium": {"is_default": [True, False]},
        "High": {"is_default": [False, True]},
    }


def test_undo_gives_the_mark_back():
    change(Priority, named(Priority, "High"), is_default=True)
    assert undo_last().skipped == []
    assert defaults(Priority) == ["Medium"]


def test_a_status_created_as_the_default_goes_with_its_undo():
    fresh = make(SystemStatus, name="Seen", is_default=True)
    assert defaults(SystemStatus) == ["Seen"]
    assert undo_last().skipped == []
    assert defaults(SystemStatus) == ["Unknown"]
    assert read_one(SystemStatus, fresh, ["deleted_at"])["deleted_at"]


def test_what_is_never_empty_keeps_a_default():
    with pytest.raises(Refused) as refused:
        change(Priority, named(Priority, "Medium"), is_default=False)
    assert refused.value.errors == {"is_default": "mark another one as the default instead"}


def test_an_analysis_status_may_be_without_a_default():
    fresh = make(AnalysisStatus, name="Seen", is_default=True)
    change(AnalysisStatus, fresh, is_default=False)
    assert defaults(AnalysisStatus) == []


@pytest.mark.parametrize(
    ("name", "values", "field"),
    [
        ("Medium", {"is_retired": True}, "is_retired"),
        ("High", {"is_retired": True, "is_default": True}, "is_default"),
    ],
)
def test_what_is_retired_is_no_default(name, values, field):
    with pytest.raises(Refused) as refused:
        change(Priority, named(Priority, name), **values)
    assert list(refused.value.errors) == [field]
    assert defaults(Priority) == ["Medium"]


def test_the_default_is_not_deleted():
    medium = named(Priority, "Medium")
    assert "default" in remove(Priority, medium)[medium]
    assert name_of(Priority, read_one(Priority, medium).values) == "Medium"

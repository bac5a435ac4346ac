"""The history verifies, and a changed byte anywhere in it is found."""

import pytest
import sqlalchemy as sa

from app.extensions import db
from app.models.changes import Change, ChangeSet
from app.models.systems import System
from app.services import changes
from tests.records import change, system


def tamper(statement) -> None:
    changes.begin_write()
    db.session.execute(statement)
    db.session.commit()


def test_an_untouched_chain_is_intact(app):
    system("SRV01")
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert (result.exit_code, result.output) == (0, f"{changes.newest()} change sets, chain intact\n")


@pytest.mark.parametrize(
    "forge",
    [
        lambda number: sa.update(Change).where(Change.change_set_id == number).values(name="SRV02"),
        lambda number: sa.update(Change).where(Change.change_set_id == number).values(diff={}),
        lambda number: sa.delete(Change).where(Change.change_set_id == number),
        lambda number: sa.update(ChangeSet).where(ChangeSet.id == number).values(summary="x"),
        lambda number: sa.update(ChangeSet).where(ChangeSet.id == number).values(actor_id=1),
        lambda number: sa.update(ChangeSet).where(ChangeSet.id == number).values(hash="f" * 64),
    ],
    ids=["name", "diff", "removed change", "summary", "actor", "hash"],
)
def test_a_changed_byte_is_found_and_named(app, forge):
    srv = system("SRV01")
    change(System, srv, is_vm=True)
    forged = changes.newest()
    change(System, srv, is_vm=False)
    tamper(forge(forged))
    result = app.test_cli_runner().invoke(args=["audit", "verify"])
    assert result.exit_code == 1
    assert f"change set {forged}:" in result.output

"""The demonstration incident."""

import datetime as dt
import time

import sqlalchemy as sa

from app.extensions import db
from app.jobs.demo import play
from app.models.changes import ChangeSet
from app.models.systems import Memo, System
from app.models.tags import Tag
from app.models.users import User
from app.services import users
from app.services.demo.stage import ANALYSTS, LEAD
from app.services.demo.story import STORY, chapters
from tests.invariants import assert_history_replays
from tests.records import system

EVENING = dt.datetime(2026, 11, 24, 22, 14, tzinfo=dt.UTC)
NIGHT = dt.datetime(2026, 11, 29, 3, 5, tzinfo=dt.UTC)


def demo(app, *arguments: str):
    db.session.rollback()
    result = app.test_cli_runner().invoke(args=["demo", *arguments])
    db.session.rollback()
    return result


def count(model) -> int:
    statement = sa.select(sa.func.count()).select_from(model)
    return db.session.scalar(statement.where(model.deleted_at.is_(None)))


def test_fifteen_hundred_systems_are_there_in_less_than_half_a_minute(app):
    begun = time.process_time()
    result = demo(app)
    assert result.exit_code == 0, result.output
    assert time.process_time() - begun < 30
    assert count(System) == 1500


def test_two_weeks_of_six_people_with_tags_memos_and_one_mistake(app):
    result = demo(app, "--systems", "120", "--password", "a long secret")
    assert result.exit_code == 0, result.output
    assert count(System) == 120
    assert count(Tag) > 5
    assert count(Memo) > 5
    assert users.authenticate("lionne", "a long secret")
    times = db.session.scalars(sa.select(ChangeSet.at).where(ChangeSet.source != "init")).all()
    assert dt.timedelta(days=12) < max(times) - min(times) < dt.timedelta(days=14)
    actors = sa.select(User.username).join(ChangeSet, ChangeSet.actor_id == User.id).distinct()
    assert set(db.session.scalars(actors)) == {LEAD, *ANALYSTS}
    assert db.session.scalar(sa.select(ChangeSet.id).where(ChangeSet.undo_of_id.is_not(None)))
    assert_history_replays()


def told(until: dt.datetime, seed: int) -> list[tuple]:
    return [
        (chapter.at - until, chapter.actor, chapter.source, chapter.summary)
        for chapter in chapters(200, seed, until)
    ]


def test_the_same_seed_tells_the_same_story_at_any_hour():
    assert told(EVENING, 7) == told(NIGHT, 7)
    assert told(EVENING, 7) != told(EVENING, 8)
    assert all(-STORY <= at <= dt.timedelta() for at, *_ in told(NIGHT, 7))


def test_an_interrupted_load_goes_on_where_it_was(app):
    story = chapters(40, 7, EVENING)
    for number in play(story):
        if number == 30:
            break
    for number in play(chapters(40, 7, EVENING)):
        assert number
    written = sa.select(sa.func.count()).where(ChangeSet.at.in_([chapter.at for chapter in story]))
    assert db.session.scalar(written) == len(story)
    assert count(System) == 40


def test_where_systems_are_tracked_nothing_is_loaded(app):
    system("SV-1")
    result = demo(app)
    assert (result.exit_code, count(System)) == (2, 1)
    assert "already" in result.output


def test_a_password_that_was_left_out_is_generated_and_printed(app):
    result = demo(app, "--systems", "20")
    assert users.authenticate("bob", "correct horse battery staple"), "who was here keeps the password"
    assert users.authenticate("jonas", result.output.rstrip().rpartition(" ")[2])

"""Loading the demonstration incident: every chapter is one transaction, an interrupted load goes on."""

import datetime as dt
from collections.abc import Iterator, Sequence

from app.extensions import db
from app.services import changes
from app.services.demo.story import chapters
from app.services.demo.writing import Chapter, actors, written
from app.services.running import Run


def play(told: Sequence[Chapter]) -> Iterator[int]:
    """Write the chapters in their order, dated as they tell; how many are there after each."""
    done, people = written(), actors()
    for number, chapter in enumerate(told, start=1):
        if (chapter.at, chapter.source, chapter.summary) not in done:
            actor = people[chapter.actor]
            with changes.recording(actor, chapter.source, chapter.summary, at=chapter.at) as change_set:
                chapter.write(change_set)
            db.session.commit()
            if chapter.actor is None:
                people = actors()
        yield number


def load(run: Run, systems: int, seed: int, until: str) -> dict[str, int]:
    """Load the incident from the browser: its people get no password, so nobody can sign in as them.

    It ends at a fixed moment, so that a second attempt finds what the first one wrote.
    """
    told = chapters(systems, seed, dt.datetime.fromisoformat(until))
    run.step(0, len(told))
    for number in play(told):
        run.step(number)
    return {"systems": systems, "change_sets": len(told)}

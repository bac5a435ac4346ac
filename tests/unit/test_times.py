"""How times are written, and what they mean."""

import datetime as dt

import pytest

from app.entities.scalars import DateTime
from app.models.systems import System
from app.services.reading import field_of

BERLIN = dt.timezone(dt.timedelta(hours=1))
KIND = DateTime(field_of(System, "installed_at"), System)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2026-11-24", "2026-11-23T23:00:00+00:00"),
        ("2026-11-24 14:05", "2026-11-24T13:05:00+00:00"),
        ("2026-11-24T14:05:09Z", "2026-11-24T14:05:09+00:00"),
        ("24.11.2026", "2026-11-23T23:00:00+00:00"),
        ("4.1.2026 14:05", "2026-01-04T13:05:00+00:00"),
        ("24.11.2026, 14:05:09", "2026-11-24T13:05:09+00:00"),
    ],
)
def test_a_time_is_read_as_it_is_written_here_and_there(written, instant):
    assert KIND.parse(written, BERLIN) == dt.datetime.fromisoformat(instant)


@pytest.mark.parametrize("written", ["11/24/2026", "24.13.2026", "yesterday", "24.11.26", "1.2.3.4"])
def test_what_could_be_another_time_is_refused(written):
    with pytest.raises(ValueError, match="is not a time such as"):
        KIND.parse(written, BERLIN)

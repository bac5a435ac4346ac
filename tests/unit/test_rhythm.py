"""When something is due: cron in a zone, intervals, and the nights on which clocks change."""

import datetime as dt

import pytest

from app.services.rhythm import understand

SPRING, AUTUMN = dt.datetime(2026, 3, 28, 12, tzinfo=dt.UTC), dt.datetime(2026, 10, 24, 12, tzinfo=dt.UTC)
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def next_of(text: str, after: dt.datetime, count: int = 3, zone: str = "Europe/Berlin") -> list[str]:
    return [f"{at:%m-%d %H:%M}" for at in understand(text, zone).next(after, LONG_AGO, count)]


def test_a_time_that_spring_skips_is_due_when_the_clock_has_sprung():
    assert next_of("30 2 * * *", SPRING) == ["03-29 01:00", "03-30 00:30", "03-31 00:30"]
    assert next_of("*/20 2 * * *", SPRING, 2) == ["03-29 01:00", "03-30 00:00"]


def test_a_time_that_comes_twice_in_autumn_is_due_once():
    assert next_of("30 2 * * *", AUTUMN) == ["10-25 00:30", "10-26 01:30", "10-27 01:30"]
    assert next_of("0,30 2 * * *", AUTUMN) == ["10-25 00:00", "10-25 00:30", "10-26 01:00"]


@pytest.mark.parametrize("day", [SPRING, AUTUMN])
def test_what_is_due_every_minute_follows_the_real_minutes(day):
    found = understand("* * * * *", "Europe/Berlin").between(day, day + dt.timedelta(days=1), day, 10_000)
    assert len(set(found)) == len(found) == 24 * 60


def test_intervals_count_in_utc_from_their_start():
    start = dt.datetime(2026, 3, 28, 23, 50, 7, tzinfo=dt.UTC)
    found = understand("every 45 minutes", "Europe/Berlin").next(start + dt.timedelta(hours=2), start, 2)
    assert [str(at) for at in found] == ["2026-03-29 02:05:07+00:00", "2026-03-29 02:50:07+00:00"]
    assert understand("every hour").next(start, start, 1) == [start + dt.timedelta(hours=1)]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0 6 * * 1-5", "every weekday at 06:00"),
        ("5 22 * * *", "every day at 22:05"),
        ("every  1 hour", "every hour"),
        ("Every 15 Minutes", "every 15 minutes"),
        ("0 0 1 * *", "at 00:00 on the first day of every month"),
    ],
)
def test_a_rhythm_in_words(text, words):
    assert understand(text).words == words


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("0 6 * * 8", "the day of week “8” can't be read"),
        ("0 25 * * *", "the hour “25” can't be read"),
        ("61 5 * * *", "the minute “61” can't be read"),
        ("0 0 31 2 *", "the day of month “31” can't be read"),
        ("hourly", "neither “every 15 minutes” nor five parts"),
        ("every 0 minutes", "between a minute and a year"),
        ("every 99999 weeks", "between a minute and a year"),
        ("0 0 6 * * *", "five parts: minute, hour, day of month, month, day of week"),
        ("", "five parts"),
    ],
)
def test_what_is_no_rhythm_says_which_part(text, wrong):
    with pytest.raises(ValueError, match=wrong):
        understand(text)


def test_an_unknown_zone_is_named():
    with pytest.raises(ValueError, match="Moon/Crater"):
        understand("0 6 * * *", "Moon/Crater")

"""When something is due: a cron expression in a zone, or an interval. Pure functions of text and moments.

A cron time that a spring forward skips is due once, when the clock has sprung; one that comes twice in
autumn is due the first time. What is due in every hour follows the real hours. Intervals count in
UTC from a start.
"""

import datetime as dt
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cronsim import CronSim, CronSimError

_EVERY = re.compile(r"every +(?:(\d{1,5}) +)?(minute|hour|day|week)s?", re.IGNORECASE)
_UNITS = {
    "minute": dt.timedelta(minutes=1),
    "hour": dt.timedelta(hours=1),
    "day": dt.timedelta(days=1),
    "week": dt.timedelta(weeks=1),
}
_PARTS = "minute, hour, day of month, month, day of week"
_DAYS = {"*": "every day", "1-5": "every weekday", "mon-fri": "every weekday", "0,6": "on weekends"}
_DAYS |= {"6,0": "on weekends", "6,7": "on weekends", "sat,sun": "on weekends"}


@dataclass(frozen=True)
class Rhythm:
    """How often: `cron` with its zone, or `every` so long."""

    text: str
    zone: ZoneInfo
    every: dt.timedelta | None = None

    def after(self, moment: dt.datetime, start: dt.datetime) -> Iterator[dt.datetime]:
        """Its times later than a moment, in UTC, without end; intervals are counted from `start`."""
        return self._intervals(moment, start) if self.every else self._times(moment)

    def between(
        self, moment: dt.datetime, until: dt.datetime, start: dt.datetime, most: int
    ) -> list[dt.datetime]:
        """The first of its times later than a moment, up to another one."""
        found = []
        for slot in islice(self.after(moment, start), most):
            if slot > until:
                break
            found.append(slot)
        return found

    def next(self, moment: dt.datetime, start: dt.datetime, count: int = 5) -> list[dt.datetime]:
        """Its next times."""
        return list(islice(self.after(max(moment, start), start), count))

    def _intervals(self, moment: dt.datetime, start: dt.datetime) -> Iterator[dt.datetime]:
        every = self.every or dt.timedelta(days=1)
        number = max((moment - start) // every, 0)
        while True:
            number += 1
            yield (start + number * every).astimezone(dt.UTC)

    def _times(self, moment: dt.datetime) -> Iterator[dt.datetime]:
        local, last = moment.astimezone(self.zone), moment
        if self.text.split()[1] == "*":
            yield from (at.astimezone(dt.UTC) for at in CronSim(self.text, local))
            return
        for wall in CronSim(self.text, local.replace(tzinfo=None)):
            at = _existing(wall, self.zone)
            if at > last:
                yield at
                last = at

    @property
    def words(self) -> str:
        """In words: "every weekday at 06:00"."""
        if self.every:
            return self.text
        minute, hour, day, month, weekday = self.text.split()
        is_once = minute.isdigit() and hour.isdigit() and (day, month) == ("*", "*")
        if is_once and weekday.lower() in _DAYS:
            return f"{_DAYS[weekday.lower()]} at {int(hour):02}:{int(minute):02}"
        told = CronSim(self.text, dt.datetime(2000, 1, 1, tzinfo=dt.UTC)).explain()
        return told[:1].lower() + told[1:]


def _existing(wall: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The moment at which the wall shows this: the first one, or when it springs over it."""
    at = wall.replace(tzinfo=zone).astimezone(dt.UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return at
    before, offset = wall.replace(tzinfo=zone, fold=1).astimezone(dt.UTC), at.astimezone(zone).utcoffset()

    def has_sprung(seconds: int) -> bool:
        return (before + dt.timedelta(seconds=seconds)).astimezone(zone).utcoffset() == offset

    seconds = bisect_left(range(int((at - before).total_seconds())), True, key=has_sprung)
    return before + dt.timedelta(seconds=seconds)


def understand(text: str, zone: str = "UTC") -> Rhythm:
    """What somebody wrote; `ValueError` names the part that is wrong."""
    text = " ".join(text.split())
    if match := _EVERY.fullmatch(text):
        number = int(match[1] or 1)
        if not dt.timedelta() < number * _UNITS[match[2].lower()] <= dt.timedelta(days=366):
            raise ValueError("must be between a minute and a year")
        plural = "s" if number != 1 else ""
        plain = f"every {f'{number} ' if number != 1 else ''}{match[2].lower()}{plural}"
        return Rhythm(plain, zone_of(zone), number * _UNITS[match[2].lower()])
    if len(text.split()) != 5:
        raise ValueError(f"“{text}” is neither “every 15 minutes” nor five parts: {_PARTS}")
    try:
        first = next(CronSim(text, dt.datetime(2024, 1, 1, tzinfo=dt.UTC)), None)
    except CronSimError as error:
        raise ValueError(_wrong(text, str(error))) from None
    if first is None:
        raise ValueError(f"“{text}” never comes")
    return Rhythm(text, zone_of(zone))


def _wrong(text: str, told: str) -> str:
    part = told.removeprefix("Bad ").replace("-", " ")
    places = _PARTS.split(", ")
    shown = f"“{text.split()[places.index(part)]}”" if part in places else f"“{text}”"
    return f"the {part} {shown} can't be read"


def zone_of(name: str) -> ZoneInfo:
    """The zone of this name; `ValueError` if there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, OSError, ValueError):
        raise ValueError(f"“{name}” is no zone such as Europe/Berlin") from None

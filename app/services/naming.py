"""What pasted names mean: per line a known system, several, none yet, a repetition, or a fault.

The same answer for whoever looks systems up and for whoever makes new ones.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from app.models.base import key_of
from app.models.systems import System
from app.services.identity import Directory, directory, is_host_name, short_of
from app.services.reading import Named, names_of

LONGEST = 255
"""As the columns of names and of their keys are."""
_QUOTES = {'"': '"', "'": "'", "`": "`", "“": "”", "„": "“", "«": "»", "‘": "’"}
_UNSEEN = "\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}\N{SOFT HYPHEN}\N{WORD JOINER}"
_WITH_PORT = re.compile(r"\d{1,3}(?:\.\d{1,3}){3}:\d+")
_E_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


class Found(StrEnum):
    """What a line is."""

    FAULTY = "faulty"
    AMBIGUOUS = "ambiguous"
    DOUBLED = "doubled"
    NEW = "new"
    KNOWN = "known"


@dataclass
class Line:
    """A pasted line: its number, the name in it, and what it means."""

    number: int
    name: str
    found: Found = Found.NEW
    ids: list[int] = field(default_factory=list)
    """The system that is meant, those that may be; of a new name those of another domain that are called alike."""
    of: int = 0
    """The earlier line that it repeats."""
    reason: str = ""
    """Why it is faulty or ambiguous, or what is odd about a new name."""


@dataclass
class Answer:
    """What a pasted text means, line by line."""

    lines: list[Line] = field(default_factory=list)
    note: str = ""
    """What was left out before: the row of headings."""

    def of(self, found: Found) -> list[Line]:
        """The lines of one sort."""
        return [line for line in self.lines if line.found == found]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines there are of each sort."""
        return {str(found): len(self.of(found)) for found in Found}

    @property
    def ids(self) -> list[int]:
        """The systems that are named for certain."""
        return list(dict.fromkeys(line.ids[0] for line in self.of(Found.KNOWN)))

    @property
    def stopping(self) -> list[Line]:
        """The lines that nothing can be made of."""
        return [line for line in self.lines if line.found in (Found.FAULTY, Found.AMBIGUOUS)]

    @property
    def unknown(self) -> int:
        """How many lines mean no system for certain."""
        return sum(line.found not in (Found.KNOWN, Found.DOUBLED) for line in self.lines)

    def names(self) -> dict[int, Named]:
        """The systems that the lines mean or may mean, by id."""
        return names_of(System, {one for line in self.lines for one in line.ids})


def answer(cells: Iterable[tuple[int, str]], note: str = "") -> Answer:
    """What the texts of some lines mean; blank ones mean nothing. A few statements, however many they are."""
    lines = [_read(number, name) for number, text in cells if (name := clean(text))]
    readable = [line for line in lines if not line.reason]
    names = directory([line.name for line in readable])
    for line in readable:
        _look_up(line, names)
    _mark_repeated(readable)
    _settle_among_themselves([line for line in readable if line.found == Found.NEW])
    return Answer(lines, note)


def clean(text: str) -> str:
    """A name without what surrounds it on paper: quotes, bullets, the dot of the root; `[.]` is a dot."""
    text = " ".join(text.strip(_UNSEEN + " \t\r\n").split()).replace("[.]", ".")
    text = re.sub(r"^[-*•–] +", "", text)
    while len(text) > 1 and _QUOTES.get(text[0]) == text[-1]:
        text = text[1:-1].strip()
    text = text.rstrip(",;")
    return text[:-1] if text.endswith(".") and is_host_name(text) else text


def _read(number: int, name: str) -> Line:
    odd = next((c for c in name if unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp")), "")
    if len(name) > LONGEST or len(key_of(name)) > LONGEST:
        return Line(number, name, Found.FAULTY, reason=f"is longer than {LONGEST} characters")
    if odd:
        reason = f"holds a character that can't be seen (U+{ord(odd):04X}): type it anew"
        return Line(number, name, Found.FAULTY, reason=reason)
    return Line(number, name)


def _look_up(line: Line, names: Directory) -> None:
    line.ids = names.find(line.name)
    if len(line.ids) > 1:
        line.found, line.reason = Found.AMBIGUOUS, "several systems may be meant"
    elif line.ids:
        line.found = Found.KNOWN
    elif reason := _no_name(line.name):
        line.found, line.reason = Found.FAULTY, reason
    elif not is_host_name(line.name):
        line.reason = "no host name: check the spelling"
    elif alike := names.by_short.get(short_of(line.name)):
        line.ids, line.reason = sorted(alike), "called like a host of another domain"


def _no_name(text: str) -> str:
    """Why a text is an address where a name is due; empty if it is none."""
    if _WITH_PORT.fullmatch(text) or _is_ip(text):
        return "is an IP address, not a name"
    if "://" in text:
        return "is a web address, not a name"
    return "is an e-mail address, not a name" if _E_MAIL.fullmatch(text) else ""


def _is_ip(text: str) -> bool:
    try:
        ipaddress.ip_interface(text)
    except ValueError:
        return False
    return True


def _mark_repeated(lines: Sequence[Line]) -> None:
    """A system, or a new name, counts where it is named first."""
    first: dict[object, int] = {}
    for line in lines:
        if line.found in (Found.KNOWN, Found.NEW):
            key = line.ids[0] if line.found == Found.KNOWN else key_of(line.name)
            if (number := first.setdefault(key, line.number)) != line.number:
                _double(line, number)


def _double(line: Line, number: int) -> None:
    line.found, line.of, line.reason = Found.DOUBLED, number, f"the same as line {number}"


def _settle_among_themselves(lines: Sequence[Line]) -> None:
    """New names are one host by the rule of `identity`: a short one and the only FQDN that begins with it."""
    by_short: dict[str, list[Line]] = {}
    for line in lines:
        if short := short_of(line.name):
            by_short.setdefault(short, []).append(line)
    for short, group in by_short.items():
        bare = next((line for line in group if key_of(line.name) == short), None)
        if bare is None or len(group) == 1:
            continue
        if len(group) == 2:
            earlier, later = sorted(group, key=lambda line: line.number)
            _double(later, earlier.number)
        else:
            whole = [str(line.number) for line in group if line is not bare]
            bare.found, bare.reason = Found.AMBIGUOUS, f"may be line {' or '.join(whole[:5])}"

"""How alike two host names are. Numbers tell machines of a series apart, so they must be the same."""

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import lru_cache
from itertools import combinations

_PARTS = re.compile(r"[0-9]+|[^\W\d_]+")
LONG = 5
"""From so many letters on, a word with one other letter is rather misspelled than another word."""
SIMILAR = 0.6


@lru_cache(maxsize=2**12)
def parts_of(name: str) -> tuple[str, ...]:
    """Words and numbers of a name; signs and leading zeros count for nothing: `SRV-01` is `srv`, `1`."""
    return tuple(part.lstrip("0") or "0" if part.isdecimal() else part for part in _PARTS.findall(name))


def are_alike(one: str, other: str) -> bool:
    """True if names have the same numbers and similar words, or one begins with the other."""
    a, b = parts_of(one), parts_of(other)
    shorter = min(len(a), len(b))
    if shorter and a[:shorter] == b[:shorter]:
        return shorter > 1 or len(a[0]) >= LONG or a == b
    if _numbers(a) != _numbers(b):
        return False
    return SequenceMatcher(None, _words(a), _words(b), autojunk=False).ratio() >= SIMILAR


def _numbers(parts: tuple[str, ...]) -> list[str]:
    return [part for part in parts if part.isdecimal()]


def _words(parts: tuple[str, ...]) -> str:
    return " ".join(part for part in parts if not part.isdecimal())


def differ_by_one_letter(one: str, other: str) -> bool:
    """True if a letter is missing, too much, another one, or two have changed places."""
    while one and other and one[0] == other[0]:
        one, other = one[1:], other[1:]
    while one and other and one[-1] == other[-1]:
        one, other = one[:-1], other[:-1]
    return (len(one), len(other)) in ((0, 1), (1, 0), (1, 1)) or (len(one) == 2 and one == other[::-1])


def misspelled(names: Iterable[str], most: int) -> Iterator[tuple[str, str, str]]:
    """Pairs of names that differ by "signs and zeros" or by "one letter", with the difference.

    Names meet under what is left of them without one letter: so no name is compared with all others.
    Where more than `most` meet, it is how a team names its machines.
    """
    seen: set[tuple[str, str]] = set()
    for group in _groups(names, most):
        for one, other in combinations(group, 2):
            if (one, other) in seen:
                continue
            seen.add((one, other))
            if difference := _difference(parts_of(one), parts_of(other)):
                yield one, other, difference


def _groups(names: Iterable[str], most: int) -> list[list[str]]:
    first: dict[int, str] = {}
    more: dict[int, list[str]] = {}
    for name in names:
        for left in _left_of(parts_of(name)):
            met = first.setdefault(left, name)
            if met is not name:
                more.setdefault(left, [met]).append(name)
    return [group for group in more.values() if len(group) <= most]


def _left_of(parts: tuple[str, ...]) -> set[int]:
    """A name as it is, and without each letter of each long word; as numbers, which are small."""
    left = {hash(parts)}
    for place, part in enumerate(parts):
        if len(part) >= LONG - 1 and not part.isdecimal():
            before, after = parts[:place], parts[place + 1 :]
            left |= {hash((place, before, after, part[:at] + part[at + 1 :])) for at in range(len(part))}
            left.add(hash((place, before, after, part)))
    return left


def _difference(one: tuple[str, ...], other: tuple[str, ...]) -> str:
    if one == other:
        return "signs and zeros"
    if len(one) != len(other):
        return ""
    differing = [(a, b) for a, b in zip(one, other, strict=True) if a != b]
    a, b = differing[0]
    is_word = len(differing) == 1 and not (a.isdecimal() or b.isdecimal()) and max(len(a), len(b)) >= LONG
    return "one letter" if is_word and differ_by_one_letter(a, b) else ""

"""Long lists on disk: what a big import reads, plans and writes never lies in memory all at once.

A file holds the items, a portion at a time; the first million bytes stay in memory. The file has no
name, so that nothing is left of it after a kill. It is written and read by this process alone.
"""

import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, ClassVar, TypeVar, overload

from app.services import progress

Item = TypeVar("Item")
PORTION = 500
"""Items that are put away and fetched together."""
_IN_MEMORY = 2**20


class Shelf:
    """Things put away, each fetched again by its place."""

    directory: ClassVar[str | None] = None
    """On which disk; None: where temporary files are, which may be memory."""

    def __init__(self) -> None:
        self._file: tempfile.SpooledTemporaryFile[bytes] | None = None

    def put(self, thing: Any) -> int:
        """Put a thing away; its place."""
        if self._file is None:
            self._file = tempfile.SpooledTemporaryFile(_IN_MEMORY, dir=self.directory)  # noqa: SIM115 -- kept
        place = self._file.seek(0, 2)
        pickle.dump(thing, self._file, protocol=pickle.HIGHEST_PROTOCOL)
        return place

    def take(self, place: int) -> Any:
        """The thing at a place."""
        if self._file is None:
            raise LookupError("Nothing was put away.")
        self._file.seek(place)
        return pickle.load(self._file)  # noqa: S301 -- what this process wrote itself


class Spool(Sequence[Item]):
    """A list that grows at its end: the last items in memory, all before them on disk."""

    def __init__(self, items: Iterable[Item] = ()) -> None:
        self._shelf = Shelf()
        self._places: list[int] = []
        self._last: list[Item] = []
        self._open: tuple[int, list[Item]] = (-1, [])
        for item in items:
            self.append(item)

    def append(self, item: Item) -> None:
        """Put an item behind the others."""
        self._last.append(item)
        if len(self._last) == PORTION:
            self._places.append(self._shelf.put(self._last))
            self._last = []

    def __len__(self) -> int:
        return len(self._places) * PORTION + len(self._last)

    def __iter__(self) -> Iterator[Item]:
        for place in self._places:
            progress.tick()
            yield from self._shelf.take(place)
        yield from self._last

    @overload
    def __getitem__(self, wanted: int) -> Item: ...
    @overload
    def __getitem__(self, wanted: slice) -> Sequence[Item]: ...

    def __getitem__(self, wanted: int | slice) -> Item | Sequence[Item]:
        if isinstance(wanted, slice):
            return [self[index] for index in range(*wanted.indices(len(self)))]
        index = wanted + len(self) if wanted < 0 else wanted
        if not 0 <= index < len(self):
            raise IndexError(wanted)
        return self._portion(index // PORTION)[index % PORTION]

    def _portion(self, number: int) -> list[Item]:
        if number == len(self._places):
            return self._last
        if self._open[0] != number:
            self._open = number, self._shelf.take(self._places[number])
        return self._open[1]

    def pop(self) -> Item:
        """Take the last item away."""
        if not self._last and self._places:
            self._last = self._shelf.take(self._places.pop())
            self._open = (-1, [])
        return self._last.pop()

    def clear(self) -> None:
        """Take all items away."""
        self._shelf, self._places, self._last, self._open = Shelf(), [], [], (-1, [])


def portions(items: Iterable[Item], size: int) -> Iterator[list[Item]]:
    """The items in lists of so many, the last one shorter."""
    portion: list[Item] = []
    for item in items:
        portion.append(item)
        if len(portion) == size:
            yield portion
            portion = []
    if portion:
        yield portion

"""Long lists on disk: what a big import reads, plans and writes never lies in memory all at once.

What is not large stays in memory; beyond that all of it goes into a file, a portion at a time. The
file has no name, so that nothing is left of it after a kill. This process alone writes and reads it.
"""

import pickle
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from typing import IO, Any, ClassVar, TypeVar, overload

from app.services import progress

Item = TypeVar("Item")
PORTION = 500
"""Items that are put away and fetched together."""
AT_HAND = 20_000
"""Items that stay in memory."""


class Shelf:
    """Things put away, each fetched again by its place; on disk if they weigh too much together."""

    directory: ClassVar[str | None] = None
    """On which disk; None: where temporary files are, which may be memory."""

    def __init__(self, at_hand: int = AT_HAND) -> None:
        self.at_hand = at_hand
        self._held: list[Any] = []
        self._offsets: list[int] = []
        self._file: IO[bytes] | None = None

    def put(self, thing: Any, weight: int) -> int:
        """Put a thing away that counts for so many items; its place."""
        self.at_hand -= weight
        if self.at_hand >= 0:
            self._held.append(thing)
            return len(self._held) - 1
        if self._file is None:
            self._file = tempfile.TemporaryFile(dir=self.directory)  # noqa: SIM115 -- lives as long as this
            for held in self._held:
                self._store(self._file, held)
            self._held = []
        return self._store(self._file, thing)

    def _store(self, file: IO[bytes], thing: Any) -> int:
        self._offsets.append(file.seek(0, 2))
        pickle.dump(thing, file, protocol=pickle.HIGHEST_PROTOCOL)
        return len(self._offsets) - 1

    def take(self, place: int) -> Any:
        """The thing at a place."""
        if self._file is None:
            return self._held[place]
        self._file.seek(self._offsets[place])
        return pickle.load(self._file)  # noqa: S301 -- what this process wrote itself


class Spool(Sequence[Item]):
    """A list that grows at its end: the last items in memory, all before them on disk."""

    def __init__(self, items: Iterable[Item] = (), at_hand: int = AT_HAND) -> None:
        self._shelf = Shelf(at_hand)
        self._places: list[int] = []
        self._last: list[Item] = []
        self._open: tuple[int, list[Item]] = (-1, [])
        for item in items:
            self.append(item)

    def append(self, item: Item) -> None:
        """Put an item behind the others."""
        self._last.append(item)
        if len(self._last) == PORTION:
            self._places.append(self._shelf.put(self._last, PORTION))
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

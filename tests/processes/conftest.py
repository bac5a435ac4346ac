"""What the tests of running processes share."""

from collections.abc import Callable, Iterator

import pytest

from tests.running import Spoor


@pytest.fixture
def start(tmp_path) -> Iterator[Callable[[], Spoor]]:
    """Start Spoor on the same data directory, once or again."""
    started = []

    def begin() -> Spoor:
        started.append(Spoor(tmp_path / "data"))
        return started[-1].ready()

    yield begin
    for spoor in started:
        spoor.clear_away()

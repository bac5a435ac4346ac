import pytest

from app.importing import commit, parts


@pytest.fixture(params=[parts.AT_ONCE, 2], ids=["whole", "parts"])
def any_size(request, monkeypatch):
    """A file that is planned and written as a whole, and one in parts of two rows."""
    monkeypatch.setattr(parts, "AT_ONCE", request.param)
    monkeypatch.setattr(commit, "WRITTEN_AT_ONCE", request.param)

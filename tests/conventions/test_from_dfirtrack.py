"""Whoever comes from DFIRTrack finds every field, and what the page promises exists."""

import re
from pathlib import Path

import app.blueprints  # noqa: F401  (declares the entities)
from app.entities.registry import entities

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "from-dfirtrack.md").read_text("utf-8")
FIELDS = (ROOT / "tests" / "samples" / "dfirtrack-fields.txt").read_text("utf-8").split()


def sections() -> dict[str, str]:
    parts = re.split(r"^## (\w+)\n", PAGE, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def test_every_field_of_the_older_tracker_has_its_line():
    said = sections()
    lost = [one for one in FIELDS if f"`{one.split('.')[1]}`" not in said.get(one.split(".")[0], "")]
    assert len(FIELDS) > 400
    assert lost == []


def test_every_place_that_is_named_exists():
    known = {f"{entity.plural}.{item.name}" for entity in entities() for item in entity.fields}
    named = set(re.findall(r"`([a-z-]+\.[a-z_0-9]+)`", PAGE))
    assert len(named) > 120
    assert named - known == set()

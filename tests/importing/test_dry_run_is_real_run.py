"""Whatever the file and the rules: the dry run tells what the real one does, and a second run changes nothing."""

import csv
import io
import itertools

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.extensions import db
from app.services import changes
from tests.importing.files import bring

pytestmark = pytest.mark.usefixtures("app", "any_size")

NAMES = st.sampled_from(["A", "a", "B", "srv", "srv.a.example.com", "srv.b.example.com", "=x", "Ä", ""])
examples = itertools.count()
CELLS = {
    "Status": st.sampled_from(["", "clean", "compromised", "infected", "odd", "40_clean", "unknown"]),
    "Location": st.sampled_from(["", "Bonn", "bonn", "BERLIN"]),
    "Domain": st.sampled_from(["", "a.example.com", "srv", "CORP"]),
    "Tags": st.sampled_from(["", "x", "x; y", "Y", "t_x"]),
    "IP": st.sampled_from(["", "10.0.0.1", "::1; 10.0.0.2", "nonsense"]),
    "Analyst": st.sampled_from(["", "bob", "Somebody New", "Alice Lead"]),
    "Note": st.sampled_from(["", "one", "two\nlines"]),
}
FIELDS = {
    "Status": "status",
    "Location": "location",
    "Domain": "domain",
    "Tags": "tags",
    "IP": "ips",
    "Analyst": "assigned_to",
    "Note": "memo",
}
SINGLE = st.sampled_from(["keep", "fill", "overwrite", "overwrite-empty"])
MANY = st.sampled_from(["keep", "add", "replace-own", "replace"])
ROWS = st.lists(st.fixed_dictionaries({"System": NAMES, **CELLS}), min_size=1, max_size=6)
RULES = st.fixed_dictionaries(
    {heading: MANY if heading in ("Tags", "IP", "Note") else SINGLE for heading in CELLS}
)


def as_file(rows: list[dict[str, str]], example: int) -> str:
    """The rows as CSV, with names that no other example has."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, ["System", *CELLS])
    writer.writeheader()
    for row in rows:
        short, dot, rest = row["System"].partition(".")
        own = f"{short}{example}{dot}{rest}" if short else ""
        writer.writerow(row | {"System": own, "Domain": row["Domain"].replace("srv", f"srv{example}")})
    return text.getvalue()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(first=ROWS, second=ROWS, rules=RULES, prefix=st.sampled_from(["", "t"]))
def test_the_dry_run_tells_what_the_real_one_does(first, second, rules, prefix):
    example = next(examples)
    bring(as_file(first, example))
    text = as_file(second, example)
    columns = {"System": {"field": "name"}}
    for heading, name in FIELDS.items():
        columns[heading] = {"field": name, "rule": rules[heading], "unknown": "create"}
    if not prefix and rules["Tags"] == "replace-own":  # contradicts itself
        columns["Tags"]["rule"] = "replace"
    profile = {"columns": columns, "tags": {"prefix": prefix, "delimiter": "_"}}
    dry = bring(text, dry_run=True, **profile)
    real = bring(text, **profile)
    assert dry.plan.digest() == real.plan.digest()
    assert {k: v for k, v in dry.result.items() if k != "change_set"} == {
        k: v for k, v in real.result.items() if k != "change_set"
    }
    before = changes.newest()
    again = bring(text, **profile)
    assert (again.result["new"], again.result["changed"]) == (0, 0)
    db.session.rollback()
    assert changes.newest() == before

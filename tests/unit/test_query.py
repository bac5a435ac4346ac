"""The query string of a list: filters, search, order, paging by key."""

import pytest

import app.blueprints  # noqa: F401  (declares the entities)
from app.entities import query, registry
from app.models.lookups import Domain, Location
from app.models.systems import System
from app.models.tags import Tag
from app.services.reading import read
from tests.records import change, make, remove, system

pytestmark = pytest.mark.usefixtures("app")


def names(text: str, **options) -> list[str]:
    asked = query.understand_text(registry.entity("systems"), text)
    return [row["name"] for row in read(System, query.ids(asked, **options), ["name"])]


@pytest.fixture
def fleet(app):
    evil = make(Tag, name="evil; tag")
    system("SV-9", status="Clean", tags=[evil], priority="High")
    system("SV-10", status="Compromised", location=make(Location, name="100%_Berlin"))
    system(
        "sv-100", status="Clean", priority="Low", aliases=["Äpfel"], domain=make(Domain, name="corp.example")
    )


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["SV-9", "SV-10", "sv-100"]),
        ("status=clean", ["SV-9", "sv-100"]),
        ("status=Clean&status=Compromised&priority=High", ["SV-9"]),
        ("status.not=Clean", ["SV-10"]),
        ("tags=evil; tag", ["SV-9"]),
        ("tags.empty=1", ["SV-10", "sv-100"]),
        ("tags.not=evil; tag", ["SV-10", "sv-100"]),
        ("location.empty=0", ["SV-10"]),
        ("location=&location=100%25_berlin", ["SV-9", "SV-10", "sv-100"]),
        ("status=nothing such", []),
        ("name=SV-100", ["sv-100"]),
        ("q=äPF", ["sv-100"]),
        ("q=%25_", ["SV-10"]),
        ("q=1", ["SV-10", "sv-100"]),
        ("q=corp", ["sv-100"]),
        ("q=EVIL", ["SV-9"]),
        ("sort=-priority,name", ["SV-9", "SV-10", "sv-100"]),
        ("sort=-status,location,-name", ["sv-100", "SV-9", "SV-10"]),
        ("sort=status,-location,name", ["SV-10", "SV-9", "sv-100"]),
        ("sort=-name", ["sv-100", "SV-10", "SV-9"]),
        ("sort=location", ["SV-10", "SV-9", "sv-100"]),
        ("sort=-location", ["SV-10", "SV-9", "sv-100"]),
        ("created_at.min=2020-01-01&created_at.max=2020-01-02", []),
    ],
)
def test_a_query_string_means_the_same_everywhere(fleet, text, found):
    assert names(text) == found


@pytest.mark.parametrize(
    "text",
    [
        "colour=red",
        "status.max=3",
        "created_at.min=soon",
        "sort=nothing",
        "sort=" + "name," * 9,
        "status=%00",
    ],
)
def test_what_can_t_be_answered_is_said(text):
    with pytest.raises(query.BadQuery):
        names(text)


@pytest.mark.parametrize(
    "order",
    ["name", "-name", "location,-name", "-tags", "status", "-ips", "is_vm"]
    + ["-status,location,-name", "priority,-tags,first_compromised_at", "is_vm,-location,status,-created_at"],
)
def test_pages_by_key_give_every_record_once(fleet, order):
    whole = names(f"sort={order}")
    asked = query.understand_text(registry.entity("systems"), f"sort={order}")
    paged, after = [], None
    while part := query.ids(asked, limit=1, after=after):
        paged += part
        after = part[-1]
    assert [row["name"] for row in read(System, paged, ["name"])] == whole


def test_the_bin_is_never_listed(fleet):
    (first,) = query.ids(query.understand_text(registry.entity("systems"), "name=SV-9"))
    remove(System, first)
    assert names("q=sv-9") == []


def test_an_id_and_a_name_find_the_same(fleet):
    (first,) = query.ids(query.understand_text(registry.entity("systems"), "name=SV-9"))
    host = first
    (guest,) = query.ids(query.understand_text(registry.entity("systems"), "name=SV-10"))
    change(System, guest, host_system=host)
    assert names(f"host_system=id:{host}") == names("host_system=sv-9") == ["SV-10"]


@pytest.mark.parametrize("text", ["(a+)+$" * 80, "%" * 5000, "_" * 5000, "a" * 100_000, "\\" * 5000])
def test_no_search_text_is_a_pattern_or_too_long_to_answer(app, text):
    make(System, name="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!")
    asked = query.understand(registry.entity_for(System), [("q", text)])
    assert len(asked.text) <= query.LONGEST_TEXT
    assert query.count(asked) == 0

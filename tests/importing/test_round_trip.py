"""What was exported comes back without a change, whatever was typed into it."""

import datetime as dt
import io

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from app.entities.query import understand
from app.entities.registry import entity
from app.exporting import files as exports
from app.extensions import db
from app.models.cases import Case
from app.models.lookups import Company, Location
from app.models.systems import System
from app.models.tags import Tag
from app.services import changes, records
from app.services.drafts import Draft
from tests.importing.files import bring, counts
from tests.records import change, make, system

pytestmark = pytest.mark.usefixtures("app", "any_size")

NASTY = [
    *(
        "=1+1",
        "+49 89 1234",
        "-",
        "@cmd",
        "'quoted'",
        "''two",
        "a,b;c|d",
        'say "hi"',
        "[x]",
        '["x"]',
        "00420",
        "1E5",
    ),
    *(
        "100000",
        "😀 emoji",
        "שלום",
        "TRUE",
        "2026-11-20",
        "null",
        "Total",
        "x" * 200,
        "_x000D_",
        "tab\tin",
        "#N/A",
        "1,5",
    ),
]


def exported(file_format: str, names=(), query: str = "") -> bytes:
    of, stream = entity("systems"), io.BytesIO()
    exports.write(understand(of, []), exports.fields_of(of, names), file_format, stream)
    db.session.rollback()
    return stream.getvalue()


def comes_back(file_format: str, names=()) -> dict[str, int]:
    told = counts(bring(exported(file_format, names)))
    assert told.pop("same", 0) == db.session.scalar(sa.select(sa.func.count(System.id)))
    return told


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_nasty_texts_come_back(file_format):
    for text in NASTY:
        ids = {m.__tablename__: make(m, name=text) for m in (Tag, Location, Company, Case)}
        values = {"tags": [ids["tags"]], "companies": [ids["companies"]], "cases": [ids["cases"]]}
        change(System, system(text), location=ids["locations"], aliases=[f"{text} too"], **values)
    every = list(db.session.scalars(sa.select(Tag.id)))
    change(System, system("all of them"), tags=every)
    assert comes_back(file_format) == {}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_every_kind_of_value_comes_back(file_format, people):
    host = system("host")
    moments = [
        dt.datetime(1999, 12, 31, 23, 59, tzinfo=dt.UTC),
        dt.datetime(2026, 3, 1, 0, 0, 0, 123456, tzinfo=dt.UTC),
    ]
    change(
        System,
        system("guest", status="Compromised", analysis_status="Ongoing analysis", priority="Critical"),
        is_vm=True,
        host_system=host,
        assigned_to=people.otto,
        installed_at=moments[0],
        first_compromised_at=moments[1],
        on_spreadsheet=False,
        is_protected=False,
        in_reports=False,
    )
    assert comes_back(file_format) == {}


@pytest.mark.parametrize("file_format", ["csv", "xlsx"])
def test_deprecated_systems_with_the_same_name_come_back(file_format):
    old = system("SRV")
    change(System, old, deprecated_at=dt.datetime(2026, 1, 1, tzinfo=dt.UTC))
    system("SRV")
    change(System, system("gone"), deprecated_at=dt.datetime(2026, 1, 2, tzinfo=dt.UTC))
    assert comes_back(file_format) == {}


def test_a_few_columns_come_back_too():
    system("=A", status="Clean")
    assert comes_back("csv", ["name", "status", "tags"]) == {}
    assert comes_back("xlsx", ["name", "status", "tags"]) == {}


def test_a_system_called_total_is_no_totals_row():
    system("A")
    system("Total")
    assert comes_back("csv", ["name", "status"]) == {}


def test_an_import_into_an_empty_installation_brings_the_same_list():
    bring("System,Status,Tags,IP\n=A,clean,x; y,10.0.0.1\nB,odd,,\n")
    first = exported("csv")
    names = ["name", "status", "tags", "ips"]
    sheet = exported("csv", names)
    with changes.recording(None, "ui") as change_set:
        records.delete(change_set, System, list(db.session.scalars(sa.select(System.id))))
    db.session.commit()
    assert counts(bring(sheet)) == {"new": 2}
    assert exported("csv", names) == sheet
    assert exported("csv") != first


TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1, max_size=12)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=st.lists(TEXTS, min_size=1, max_size=4), file_format=st.sampled_from(["csv", "xlsx"]))
@example(texts=["\r=x", "\t-", "\x07bell", "a\nb", "\N{BOM}x"], file_format="xlsx")
@example(texts=["\r=x", "\t-", "\x07bell", "a\nb", "\N{BOM}x"], file_format="csv")
def test_any_text_comes_back(texts, file_format):
    with changes.recording(None, "ui") as change_set:
        tags = records.write(change_set, Tag, [Draft(values={"name": text}) for text in texts])
        good = [tag.id for tag in tags if tag.is_good]
        drafts = [Draft(values={"name": text, "tags": good}) for text in texts]
        records.write(change_set, System, drafts)
    db.session.commit()
    told = counts(bring(exported(file_format)))
    assert not {"new", "changed", "kept", "faulty"} & set(told), told

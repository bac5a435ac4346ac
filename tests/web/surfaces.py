"""One field of one record, changed in every way that there is; what each way answers, in the same words."""

import io
from dataclasses import dataclass
from html import unescape
from html.parser import HTMLParser

import openpyxl
from flask import Flask
from flask.testing import FlaskClient

from app.entities import query, registry
from app.entities.entity import Entity
from app.exporting import files
from app.exporting.workbook import ID_HEADING
from app.extensions import db
from app.services import changes
from tests.importing.files import bring
from tests.rest import Rest
from tests.web.grid import Grid


@dataclass
class Outcome:
    """What a surface answered: whether it was stored, and what it says of the field."""

    is_stored: bool
    status: int
    says: str


class Surfaces:
    """Bob, who changes a field by cell, form, bulk edit, paste, REST or import."""

    def __init__(self, app: Flask, browser: FlaskClient) -> None:
        self.browser = browser
        self.rest_of_bob = Rest(app, "bob")

    def change(self, surface: str, plural: str, record_id: int, field: str, value: str) -> Outcome:
        """Change a field in one of the ways of `WAYS`."""
        return getattr(self, surface)(plural, record_id, field, value)

    def cell(self, plural: str, record_id: int, field: str, value: str) -> Outcome:
        """The cell of a list."""
        answer = Grid(self.browser, f"/{plural}").save(record_id, field, value)
        return Outcome(answer.status_code == 200, answer.status_code, _text(answer.text))

    def form(self, plural: str, record_id: int, field: str, value: str) -> Outcome:
        """The form of the record."""
        address = f"/{plural}/{record_id}/edit"
        filled = Form(self.browser.get(address).text).values | {field: value}
        answer = self.browser.post(address, data=filled)
        says = Form(answer.text).errors.get(field, "") if answer.status_code != 303 else ""
        return Outcome(answer.status_code == 303, answer.status_code, says)

    def bulk(self, plural: str, record_id: int, field: str, value: str) -> Outcome:
        """The dialog for many rows."""
        is_many = registry.entity(plural).field(field).kind.is_many
        wanted = {"how": "add" if is_many else "set", "field": field, "value": value, "apply": "1"}
        before = changes.newest()
        answer = Grid(self.browser, f"/{plural}").post("/bulk", ids=str(record_id), **wanted)
        return Outcome(changes.newest() > before, answer.status_code, _text(answer.text))

    def paste(self, plural: str, record_id: int, field: str, value: str) -> Outcome:
        """A pasted cell."""
        form = {"rows": f"{record_id}:{changes.newest()}", "fields": field, "text": value}
        before = changes.newest()
        answer = Grid(self.browser, f"/{plural}").post("/paste", **form)
        return Outcome(changes.newest() > before, answer.status_code, _text(answer.text))

    def rest(self, plural: str, record_id: int, field: str, value: str) -> Outcome:
        """A PATCH."""
        answer = self.rest_of_bob.ask(
            "PATCH", f"{plural}/{record_id}", {field: self._json(plural, field, value)}
        )
        errors = {one["field"]: one["message"] for one in answer.json.get("errors", ())}
        return Outcome(answer.status_code == 200, answer.status_code, errors.get(field, ""))

    def rest_bulk(self, plural: str, record_id: int, field: str, value: str) -> Outcome:
        """The same change for many by REST."""
        body = {"ids": [record_id], "set": {field: self._json(plural, field, value)}}
        answer = self.rest_of_bob.ask("POST", f"{plural}/bulk", body)
        errors = {one["field"]: one["message"] for one in answer.json.get("errors", ())}
        return Outcome(answer.status_code == 200, answer.status_code, errors.get(field, ""))

    def upload(self, plural: str, record_id: int, field: str, value: str) -> Outcome:
        """An import of an own export, in which one cell was edited."""
        told = bring(self._edited(registry.entity(plural), record_id, field, value), kind=plural).result
        says = "; ".join(one["reason"] for one in told["errors"])
        return Outcome(bool(told["change_set"]), 200 if told["change_set"] else 422, says)

    @staticmethod
    def _edited(of: Entity, record_id: int, field: str, value: str) -> bytes:
        names = [of.title_field.name, *of.identity, field, "created_at", "updated_at"]
        stream = io.BytesIO()
        fields = [of.field(name) for name in dict.fromkeys(names)]
        files.write(query.understand(of, []), fields, "xlsx", stream)
        db.session.rollback()
        book = openpyxl.load_workbook(stream)
        rows = list(book.worksheets[0].iter_rows())
        headings = [cell.value for cell in rows[0]]
        line = next(row for row in rows[1:] if row[headings.index(ID_HEADING)].value == record_id)
        line[headings.index(of.field(field).label)].value = value
        book.save(stream)
        return stream.getvalue()

    @staticmethod
    def _json(plural: str, field: str, value: str) -> str | list[str]:
        return [value] if registry.entity(plural).field(field).kind.is_many else value


WAYS = ("cell", "form", "bulk", "paste", "rest", "rest_bulk", "upload")


def _text(html: str) -> str:
    """A page without its marks."""
    parser = Form(html)
    return " ".join(" ".join(parser.texts).split())


class Form(HTMLParser):
    """What a page's form holds, and the errors beside its fields."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.texts: list[str] = []
        self.open: str | None = None
        self.failing: str | None = None
        self.feed(html)

    def handle_starttag(self, tag, attrs) -> None:
        """Inputs and hidden fields; where a text area, a choice or an error begins."""
        found = dict(attrs)
        if tag == "input" and found.get("name"):
            self.values[found["name"]] = found.get("value") or ""
        elif tag in ("textarea", "select") and found.get("name"):
            self.open = found["name"]
            self.values[self.open] = ""
        elif tag == "option" and "selected" in found and self.open:
            self.values[self.open] = found.get("value") or ""
        self.failing = (
            found["id"].removesuffix("-error") if (found.get("id") or "").endswith("-error") else None
        )
        self.is_area = tag == "textarea"

    def handle_endtag(self, tag) -> None:
        """Where it ends."""
        self.failing = None
        if tag in ("textarea", "select"):
            self.open = None

    def handle_data(self, data) -> None:
        """The content of a text area, the words of an error."""
        self.texts.append(unescape(data))
        if self.open and self.is_area:
            self.values[self.open] += data.removeprefix("\n")
        if self.failing:
            self.errors[self.failing] = data

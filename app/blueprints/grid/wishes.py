"""What the form of a bulk edit says: which rows, and for each field what to do with it.

Every field is kept unless told: `how.status=set&to.status=Clean`, or of one field alone
`how=set&field=status&value=Clean`.
"""

from dataclasses import dataclass
from typing import Any

from flask import abort, request
from flask_login import current_user

from app.blueprints.grid import flows
from app.blueprints.grid.listing import from_text
from app.blueprints.grid.lists import ids_of
from app.blueprints.grid.pieces import may_be_empty
from app.entities import orders
from app.entities.entity import Entity, Field
from app.entities.links import is_id
from app.security.access import sees_internal
from app.services.drafts import Refused

ONE = {"": "keep", "set": "set to", "empty": "empty"}
SEVERAL = {"": "keep", "add": "add", "remove": "remove", "replace": "replace by"}
"""What can be done with fields that hold one value, and with those that hold several."""
_ORDERS = {"empty": "set", "replace": "set"}


@dataclass
class Wish:
    """What is wanted of one field: how to change it, and the value as it was typed.

    `is_lone`: the form has no other field, and an empty value says what it does in the editor of a cell.
    """

    item: Field
    how: str = ""
    text: str = ""
    is_lone: bool = False

    @property
    def ways(self) -> dict[str, str]:
        """What can be done with the field."""
        ways = SEVERAL if self.item.kind.is_many else ONE
        return {how: word for how, word in ways.items() if how != "empty" or may_be_empty(self.item)}

    @property
    def fault(self) -> str:
        """What makes no sense about it; empty if it does."""
        if self.how == "empty" and self.how not in self.ways:
            return "can't be empty"
        if self.how not in self.ways:
            return f"can't be changed like that: {', '.join(filter(None, self.ways))}"
        if self.text and self.how in ("", "empty"):
            return f"is told to {self.how or 'stay as it is'}, and has a value: choose what to do with it"
        if not self.text and not self.is_lone and self.how in ("set", "add", "remove"):
            other = "to nothing: choose “empty” for that" if "empty" in self.ways else "without a value"
            return f"can't be set {other}" if self.how == "set" else f"what to {self.how} is missing"
        return ""


def fields_of(entity: Entity) -> list[Field]:
    """The fields that many rows can be given at once."""
    return orders.fields_for_many(entity, sees_internal(current_user))


def of_form(entity: Entity) -> list[Wish]:
    """What the request says about each field."""
    values = request.values
    wishes = [
        Wish(item, values.get(f"how.{item.name}", ""), values.get(f"to.{item.name}", "").strip())
        for item in fields_of(entity)
    ]
    if "field" in values:
        alone = next((one for one in wishes if one.item.name == values["field"]), None)
        alone = alone or abort(400, "field: there is no such field to change in many rows")
        alone.how, alone.text = values.get("how", "set"), values.get("value", "").strip()
        if alone.how == "set" and alone.item.kind.is_many:
            alone.how = "replace"
        alone.is_lone = True
    return wishes


def body_of(entity: Entity) -> dict[str, Any]:
    """The wishes as the body of a bulk edit, without the rows; `Refused` says what is wrong with them."""
    wishes = of_form(entity)
    if faults := {one.item.name: one.fault for one in wishes if one.fault}:
        raise Refused(faults)
    asked: dict[str, Any] = {"skip_refused": True}
    for one in wishes:
        if one.how:
            asked.setdefault(_ORDERS.get(one.how, one.how), {})[one.item.name] = one.text
    return asked | {"workflows": flows.picked()}


def rows_of(entity: Entity, query: str = "") -> list[int]:
    """All that match a query, the rows that a preview showed, those that are named, or all of the list's query."""
    values = request.values
    seen = values.get("seen", "") if "apply" in values else ""
    texts = "" if query else seen or ",".join(values.getlist("ids"))
    if not texts and (query or "query" in values):
        return list(ids_of(from_text(entity, query or values["query"])))
    return list(dict.fromkeys(int(text) for text in texts.split(",") if is_id(text.strip())))

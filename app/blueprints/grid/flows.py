"""Workflows beside the fields of a form: which there are, which were ticked, and what new systems get by them."""

from collections.abc import Mapping

from flask import request

from app.entities import query, registry
from app.entities.computed import rows
from app.entities.entity import Entity
from app.entities.links import is_id
from app.models.systems import System
from app.models.workflows import Workflow
from app.services import workflows
from app.services.changes import Recording
from app.services.drafts import Refused
from app.services.reading import Row


def offered(entity: Entity) -> list[Row]:
    """The workflows that the records of an entity can be given: only systems can."""
    if entity.model is not System:
        return []
    flows = registry.entity_for(Workflow)
    return rows(flows, query.ids(query.understand(flows, [("sort", "name")])), ["name", "note"])


def picked() -> list[int]:
    """The workflows that were ticked."""
    return [int(text) for text in request.values.getlist("workflow") if is_id(text)]


def give(change_set: Recording, entity: Entity, names: Mapping[int, str]) -> None:
    """Give new systems what the ticked workflows say; `Refused` if there is no such workflow."""
    if entity.model is System and names and picked():
        try:
            workflows.give_new(change_set, picked(), names)
        except Refused as error:
            raise Refused({"": "; ".join(error.errors.values())}) from None


def init_app(app) -> None:
    """Give the forms what they ask."""
    app.jinja_env.globals.update(workflows_for=offered, picked_workflows=picked)

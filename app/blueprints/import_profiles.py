"""Profiles of imports: what the team has, in words, as a form and as YAML."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.importing.profiles import definition_field
from app.models.imports import ImportProfile

entity = register(
    Entity(
        model=ImportProfile,
        verb="configure",
        search=("name", "definition"),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False),
            definition_field(),
        ],
    )
)

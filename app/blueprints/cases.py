"""Cases: so far their name, so that systems can point at them."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.cases import Case

entity = register(
    Entity(model=Case, fields=[Field("name", default=True, required=True, link=True, bulk=False)])
)

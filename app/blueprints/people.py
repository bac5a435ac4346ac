"""People as an entity: for references, REST and history. Their page is `users`."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.users import User

entity = register(
    Entity(
        model=User,
        search=("username", "full_name"),
        order="username",
        label="People",
        verb="people",
        hidden=("password_hash",),
        fields=[
            Field("username", default=True, required=True, link=True, bulk=False),
            Field("full_name", default=True, bulk=False),
            Field("role", default=True, bulk=False),
            Field("is_enabled", label="Enabled", default=True, bulk=False),
        ],
    )
)

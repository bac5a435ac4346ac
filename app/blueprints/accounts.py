"""Accounts of the customer's users: of a domain, or local to a system."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.accounts import Account

entity = register(
    Entity(
        model=Account,
        search=("name", "domain", "system", "seen_on", "note"),
        fields=[
            Field("name", default=True, required=True, link=True, bulk=False),
            Field("domain", default=True),
            Field("system", default=True, help="For a local account: the system it is on"),
            Field("is_admin", label="Admin", default=True),
            Field("last_logon_at", label="Last logon", default=True),
            Field("seen_on", default=True, help="Systems where it was logged on"),
            Field("note", default=True),
        ],
    )
)

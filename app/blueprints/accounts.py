"""Accounts of the customer"s users: of a domain, or local to a system."""

from app.entities.entity import Entity, Field
from app.entities.registry import register
from app.models.accounts import Account

entity = register(
    Entity(
        model=Account,
        search=("name", "domain", "system", "seen_on", "note"),
        identity=("name", "domain", "system"),
        fields=[
            Field(
                "name",
                default=True,
                required=True,
                link=True,
                bulk=False,
                aliases=(
                    "account",
                    "account name",
                    "accountname",
                    "username",
                    "user name",
                    "user",
                    "login",
                    "domainuser name",
                    "systemuser name",
                    "sam account name",
                    "samaccountname",
                ),
            ),
            Field("domain", default=True, aliases=("account domain", "ad domain")),
            Field("system", default=True, help="For a local account: the system it is on"),
            Field(
                "is_admin",
                label="Admin",
                default=True,
                aliases=("admin", "privileged", "domainuser is domainadmin", "systemuser is systemadmin"),
            ),
            Field(
                "last_logon_at",
                label="Last logon",
                default=True,
                aliases=("last activity", "last login", "systemuser lastlogon time"),
            ),
            Field(
                "seen_on",
                default=True,
                help="Systems where it was logged on",
                aliases=("system was logged on", "logged on"),
            ),
            Field("note", default=True, aliases=("context", "description")),
        ],
    )
)

"""Tags: free labels that any main entity can carry."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.extensions import db
from app.models.base import Named
from app.models.lookups import Tone
from app.models.users import User


class Tag(Named, db.Model):
    """A label with a colour."""

    __tablename__ = "tags"
    __grows__ = True

    colour: Mapped[Tone] = mapped_column(
        sa.Enum(Tone, native_enum=False, length=20, values_callable=list), default=Tone.GREY
    )
    note: Mapped[str] = mapped_column(sa.Text, default="")
    assigned_to_id: Mapped[int | None] = mapped_column(sa.ForeignKey("users.id"), index=True)
    assigned_to: Mapped[User | None] = relationship(foreign_keys=[assigned_to_id])

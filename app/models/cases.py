"""Cases: the incidents, when there are several."""

from app.extensions import db
from app.models.base import Named


class Case(Named, db.Model):
    """An incident that systems belong to."""

    __tablename__ = "cases"
    __grows__ = False

"""The pages: one module per entity (declaration on top, special views below)."""

from app.blueprints import auth, cases, frame, lookups, memos, people, systems, tags
from app.entities.registry import entities
from app.entities.views import blueprint_for

__all__ = ["auth", "cases", "frame", "lookups", "memos", "people", "systems", "tags"]


def register_blueprints(app) -> None:
    """Register every blueprint."""
    frame.init_app(app)
    app.register_blueprint(auth.bp)
    for entity in entities():
        app.register_blueprint(blueprint_for(entity))

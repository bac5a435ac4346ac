"""All entities, by the plural of their address."""

from app.entities.entity import Entity

_entities: dict[str, Entity] = {}


def register(entity: Entity) -> Entity:
    """Make an entity known; `ValueError` if its plural is taken by another model."""
    known = _entities.get(entity.plural)
    if known is not None and known.model is not entity.model:
        raise ValueError(f"two entities are called {entity.plural}")
    _entities[entity.plural] = entity
    return entity


def entities() -> list[Entity]:
    """Every entity, in the order of registration."""
    return list(_entities.values())


def entity(plural: str) -> Entity:
    """The entity of an address; `KeyError` if there is none."""
    return _entities[plural]


def entity_for(model: type) -> Entity:
    """The entity that a model belongs to; `KeyError` if it has none."""
    return next(item for item in _entities.values() if item.model is model)

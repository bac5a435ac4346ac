"""What a model stores is declared: as a field, or by name as deliberately hidden."""

import app.blueprints  # noqa: F401 (declares the entities)
from app.entities.registry import entities
from app.services.shape import shape_of


def test_every_mapped_column_is_a_field_or_named_as_hidden():
    for entity in entities():
        assert set(shape_of(entity.model)) - set(entity.by_name) == set(entity.hidden), entity.plural

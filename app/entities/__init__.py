"""The entity engine: an entity is declared once, every surface is derived from it."""

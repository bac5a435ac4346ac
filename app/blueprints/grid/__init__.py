"""The generic pages of every entity: list, cell, form, bulk edit. Derived from its declaration alone."""

"""Exporting: from a list to a file, for any entity."""

"""Backups: everything of an installation in one file, the same for every database."""

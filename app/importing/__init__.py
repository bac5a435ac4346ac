"""From a file to a change set, for any entity: read, sniff, map, plan, commit.

Nothing here writes before `commit`; nothing here knows Flask.
"""

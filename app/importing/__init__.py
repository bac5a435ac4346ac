"""From a file to a change set: read, sniff, map, plan, commit."""

"""The numbers of what is tracked: now, and as they were kept."""

"""Schedules at work: how they are shown, how they fire."""

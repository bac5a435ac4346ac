"""What the queue executes: functions of a few lines."""

"""Reference data: indices, calendars, statistics."""

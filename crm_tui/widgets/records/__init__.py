"""Cards, timelines and whole records."""

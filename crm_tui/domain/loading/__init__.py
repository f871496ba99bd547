"""Loading many records at once: each draft finds the record it means or becomes a new one, all in one operation."""

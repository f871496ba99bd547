"""What concerns the whole file or a whole person: copies, dumps, checks, forgetting."""

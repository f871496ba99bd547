"""Import in four steps: file, columns, what would change, result."""

"""A month of days."""

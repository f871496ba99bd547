"""The history of operations, undone from there."""

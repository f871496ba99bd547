"""A board: columns of cards."""

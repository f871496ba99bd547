"""Tables over any number of rows, fetched by threads."""

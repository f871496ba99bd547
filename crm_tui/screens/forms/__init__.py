"""Forms and dialogs, and the fields they ask for."""

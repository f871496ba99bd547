"""Follow-ups as an agenda and as a month, and what is done with them wherever they are shown."""

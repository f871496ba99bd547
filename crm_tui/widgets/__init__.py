"""The widgets that Textual does not bring: they draw what they are given and know nothing of records."""

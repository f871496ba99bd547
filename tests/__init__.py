"""The tests; their common ground is in conftest.py and everything.py."""

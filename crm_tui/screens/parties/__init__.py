"""Contacts and companies: their lists and cards."""

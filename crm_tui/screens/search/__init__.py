"""Searching everything."""

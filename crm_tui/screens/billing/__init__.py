"""Invoices, payments and products on the screens."""

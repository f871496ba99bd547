"""Invoices as documents for customers: one ``Paper``, written as text, as a page and as a PDF."""

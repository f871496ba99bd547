"""Figures and plots in text, and the pages of the reports."""

"""The lines around the content: masthead, footer, steps, tabs, progress."""

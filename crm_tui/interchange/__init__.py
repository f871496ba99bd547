"""Files in and out: readers that make records of files, writers that make files of records.

Nothing here opens SQLite: readers hand drafts to the loaders of the domain, writers are handed views.
"""

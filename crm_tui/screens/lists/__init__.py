"""Lists of records: rows, columns, sorting, filtering, marks, bulk actions, export."""

"""The only package that opens SQLite: connections, migrations, journaled writes, the search index."""

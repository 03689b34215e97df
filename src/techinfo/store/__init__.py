"""Files that the service keeps: SQLite, a file for each purpose, one writer each."""

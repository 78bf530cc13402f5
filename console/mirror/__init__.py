"""mirror.db, the copy of what the sources know: all the SQL about it."""

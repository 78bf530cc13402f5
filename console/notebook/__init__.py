"""notebook.db, what people here wrote. It cannot be built again."""

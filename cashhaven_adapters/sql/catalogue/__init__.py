"""The products on the shelf, kept in memory: listed and searched without asking the database."""

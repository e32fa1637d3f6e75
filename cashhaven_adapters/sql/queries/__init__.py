"""Reads from SQL, one module per area."""

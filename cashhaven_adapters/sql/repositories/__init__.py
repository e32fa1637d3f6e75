"""Aggregates kept in SQL, one module per area."""

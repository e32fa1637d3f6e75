"""Aggregates kept in memory, one module per area."""

"""Reads from memory, one module per area."""

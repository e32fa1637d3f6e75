"""What the database looks like, one module per area."""

"""What can be done with sales."""

"""What the shop sets for itself."""

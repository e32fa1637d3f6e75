"""What can be done with the shop's parameters."""

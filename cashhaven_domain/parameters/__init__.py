"""What the shop can change without a restart: which settings exist, and what they may be."""

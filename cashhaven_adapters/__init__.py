"""The outside of the hexagon: one folder or module per technology."""

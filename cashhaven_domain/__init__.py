"""The inside of the hexagon: what a shop decides, in plain Python."""

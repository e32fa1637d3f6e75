"""The inside of the hexagon, on memory adapters."""

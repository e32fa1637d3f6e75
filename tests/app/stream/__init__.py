"""The event stream in a serving process."""

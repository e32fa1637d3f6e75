"""The event stream in a serving process: giving places to events, and hearing of them."""

"""The WebSocket at `/ws`: screens that see everything at once, and may ask for things too."""

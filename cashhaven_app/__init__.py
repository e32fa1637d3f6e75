"""The composition root: where settings, adapters and use cases meet."""

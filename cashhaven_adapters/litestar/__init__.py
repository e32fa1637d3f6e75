"""The web: HTTP in and out of the use cases, and the API's own description."""

"""What can be said to people through the stream."""

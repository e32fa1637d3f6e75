"""What people do with the stock."""

"""What people do with clients."""

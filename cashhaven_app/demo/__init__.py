"""A shop to look at: invented people, real habits, the same every time."""

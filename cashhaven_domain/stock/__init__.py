"""Stock: which products there are, what they cost, how much of each is on the shelf, and why."""

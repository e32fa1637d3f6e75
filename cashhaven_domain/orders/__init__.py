"""Orders: several products for one client, from the kitchen to the door, and its fiscal papers."""

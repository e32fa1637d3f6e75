"""Proofs of what the shop promises under faults, with the real server and real databases."""

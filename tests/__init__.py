"""The tests of the three packages, laid out by subject."""

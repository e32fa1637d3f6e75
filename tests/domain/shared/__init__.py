"""The values that all areas share."""

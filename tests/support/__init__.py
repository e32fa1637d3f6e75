"""Builders, fakes with one purpose, and the real servers that tests run against."""

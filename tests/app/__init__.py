"""Tests of the composition root: wiring, settings, observation and the command line."""

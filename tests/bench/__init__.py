"""Measurements of reading: its cost, its growth, long round trips. Run with `python -m tests.bench NAME`."""

"""The tests of tieout; `python -m tests` runs every check in order."""

"""Simulated worlds: clock, network, files and workers of a run, disturbed as a seed draws it, and how they must end."""

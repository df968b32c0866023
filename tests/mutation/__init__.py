"""Mutants: real filings with one thing changed, read again, to measure what the proof of a value is worth."""

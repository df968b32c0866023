"""What the typed reports of trustees have in common: paper, tables, books, filings."""

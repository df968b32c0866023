"""What typed reports of trustees are made of: ruled tables, pool lines, page breaks, submissions."""

"""Pages and typed sheets of a servicer: an auto trust, its lines, their numbering, and the markup they stand in."""

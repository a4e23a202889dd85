"""A report in words: one format a file."""

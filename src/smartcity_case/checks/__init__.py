"""The checks: pure functions from values to findings, one concern a file."""

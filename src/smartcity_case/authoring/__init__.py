"""Packages made, anchored, compared, corrected and withheld: from values to values, no file."""

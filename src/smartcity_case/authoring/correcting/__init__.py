"""Rows carried over to a corrected text: the engine of `reanchor`."""

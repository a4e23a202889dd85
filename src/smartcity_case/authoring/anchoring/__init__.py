"""Where words stand in texts: the engine of `new`, `anchor` and `ground`."""

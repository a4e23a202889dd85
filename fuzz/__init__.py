"""Fuzzing: `python fuzz/run.py --help`."""

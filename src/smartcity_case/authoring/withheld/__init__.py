"""Packages without their texts, and with them again: `withhold` and `restore`."""

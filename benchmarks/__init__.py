"""How fast the validation is beside its peers: `python -m benchmarks`.

docs/performance.md has the figures, what they were measured on, and how.
"""

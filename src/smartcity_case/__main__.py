"""`python -m smartcity_case`."""

from smartcity_case.cli import run

run()

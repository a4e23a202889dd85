"""`python -m smartcity_case`."""

import sys

from smartcity_case.cli import main

sys.exit(main())

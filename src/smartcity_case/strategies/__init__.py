"""Strategies of Hypothesis, for the property tests of whoever makes or reads such packages.

`texts` and `spans` draw texts and stretches of them; `rows` and `tables` rows
that a Table Schema allows; `packages` whole small packages that are valid, and
`mutations` a package with one fault, which a validation must find. Hypothesis
is not installed with this package: `pip install hypothesis`.

>>> from hypothesis import given, settings
>>> from smartcity_case.strategies import spans
>>> @settings(max_examples=5, database=None)
... @given(spans("dos garzas"))
... def test(span):
...     assert 0 <= span.start < span.end <= 10
>>> test()
"""

from smartcity_case.strategies.mutations import Mutation, mutations
from smartcity_case.strategies.packages import packages
from smartcity_case.strategies.rows import rows, tables
from smartcity_case.strategies.words import spans, texts

__all__ = ["Mutation", "mutations", "packages", "rows", "spans", "tables", "texts"]

"""An extension of griffe, which reads the docstrings: examples become blocks of code."""

from __future__ import annotations

from typing import Any

from griffe import Extension

from website.reference import on_object


class Examples(Extension):
    """Fence the examples of every docstring that is read."""

    def on_instance(self, *, obj: Any, **_kwargs: Any) -> None:
        """Called of griffe for each module, class, function and attribute."""
        on_object(obj)

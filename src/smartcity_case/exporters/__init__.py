"""A package in the formats in which others work, one module for each."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, cast

from smartcity_case.errors import NotFound

if TYPE_CHECKING:
    from smartcity_case.exporters.format import Exporter

FORMATS = {
    "sqlite": "sqlite",
    "parquet": "parquet",
    "web-annotation": "web_annotation",
    "stam": "stam",
    "brat": "brat",
    "uima-cas": "uima_cas",
    "croissant": "croissant",
    "ro-crate": "ro_crate",
    "huggingface": "huggingface",
    "graphml": "graphml",
    "csv-safe": "csv_safe",
    "dna": "dna",
}
"""The formats, in the order in which they are told, with the modules that write them."""


def exporter(name: str) -> Exporter:
    """The module that writes a format, with its `FORMAT` and its `export`.

    Raises NotFound, naming the formats that there are.

    >>> exporter("csv-safe").FORMAT.title
    'CSV for spreadsheets'
    """
    if name not in FORMATS:
        raise NotFound(f"there is no format {name!r}; there are {', '.join(FORMATS)}")
    module = import_module(f"smartcity_case.exporters.{FORMATS[name]}")
    return cast("Exporter", module)

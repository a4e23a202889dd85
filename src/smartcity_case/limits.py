"""The bounds of what is read, so that a hostile package cannot exhaust a machine.

Each bound has a finding of its own (`limit.…`); nothing is cut in silence.
"""

from __future__ import annotations

COLUMNS = 10_000
"""Columns of a table."""

KEYS = 100
"""Unique keys of a table, foreign keys, and declarations of spans, of each."""

CELL = 16 << 20
"""Bytes of a cell or of a record of a delimited table."""

NESTING = 100
"""Levels of objects and lists in a descriptor."""

DESCRIPTOR = 32 << 20
"""Bytes of a descriptor, and of a schema or dialect in a file of its own."""

PARTS = 500_000
"""Objects, lists and values in them, in a descriptor and in a part of one in its own file."""

TEXT = 1 << 30
"""Bytes of one text that spans refer to."""

VALUE = 1 << 16
"""Characters of a cell that is read as anything but a string."""

FINDINGS = 120_000
"""Faults after which a table is not read further."""

WARNINGS = 1_000
"""Warnings of one kind about a batch of rows that are told one by one."""

SEARCH = 1_000_000_000
"""Characters of texts that are searched for misplaced words, for each 65,536 rows of a table;
long words count up to five times."""

VARIANTS = 256 << 20
"""Bytes that are looked at to say which known change gave a text another hash."""

UNPACKED = 256 << 20
"""Bytes to which a batch of a Parquet file, or a column of a row group that is packed more
than a hundredfold, may unpack."""

DECLARED = 10_000
"""Values in the declaration of a field, but for those of an enum, categories and a JSON Schema."""

DESCRIBED = 100
"""Faults of one kind in a part of a descriptor that are told one by one."""

FORM = 10_000
"""Faults of a descriptor's form that are told one by one."""

FILES = 50_000
"""Resources of a package and files that they list, together."""

NOT_BARE = 2_000
"""Characters of a number with `bareNumber: false`, and of an array of them."""

PATTERN = 1_000
"""Characters of a `pattern`."""

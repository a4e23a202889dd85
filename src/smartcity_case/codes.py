"""The finding codes: how grave each is, what it says, and what to do about it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Severity = Literal["error", "warning"]


class Code(NamedTuple):
    """A public finding code: what it says, and what to do about it."""

    severity: Severity
    meaning: str
    fix: str


CODES: dict[str, Code] = {
    "descriptor.json": Code(
        "error", "The descriptor is not strict JSON in UTF-8.", "Mend the JSON at the place named."
    ),
    "descriptor.invalid": Code(
        "error",
        "A property of the descriptor has the wrong form or points to nothing.",
        "Correct the property; its place in the descriptor is named.",
    ),
    "path.unsafe": Code(
        "error",
        "A path leads out of the package, or is not a plain relative path.",
        "Move the file into the package's folder and name it by a relative path.",
    ),
    "path.missing": Code(
        "error",
        "A file that the descriptor lists is not there, or is no regular file.",
        "Restore the file or take its resource out of the descriptor.",
    ),
    "resource.hash": Code(
        "error",
        "The bytes of a file are not those its hash was made of.",
        "Restore the file, or update hash and bytes if the change was meant.",
    ),
    "resource.bytes": Code(
        "error",
        "The size of a file is not the one that is stated.",
        "Restore the file, or update hash and bytes if the change was meant.",
    ),
    "table.encoding": Code("error", "A table is not UTF-8.", "Save the table as UTF-8."),
    "table.format": Code(
        "error",
        "A file is not what its format says.",
        "Write the file anew, or correct its format in the descriptor.",
    ),
    "table.quote": Code(
        "error",
        "A CSV file has a stray or unclosed quotation mark, or a lone carriage return.",
        'Quote the whole cell, double the quotation marks in it (""), end rows with LF or CRLF.',
    ),
    "table.cells": Code(
        "error",
        "A row has more or fewer cells than the header.",
        "Add the missing cells, or quote the cell that holds a comma.",
    ),
    "table.blank-row": Code("error", "A row is empty.", "Delete the empty row."),
    "table.header": Code(
        "error",
        "The header does not name the fields of the schema, in their order.",
        "Write the header as the schema has it.",
    ),
    "field.type": Code(
        "error", "A cell cannot be read as the type of its field.", "Correct the cell."
    ),
    "field.required": Code("error", "A cell is empty that must not be.", "Fill the cell."),
    "field.unique": Code(
        "error", "A value stands twice in a field of unique values.", "Change one of the two."
    ),
    "field.constraint": Code(
        "error", "A cell breaks a constraint of its field.", "Correct the cell."
    ),
    "field.category": Code(
        "error",
        "A cell is not one of the categories of its field.",
        "Use a listed category, or add the new one to the schema.",
    ),
    "field.formula": Code(
        "warning",
        "A cell begins with = + - or @, which a spreadsheet may run as a formula.",
        "Check that nobody opens the table in a spreadsheet unescaped.",
    ),
    "key.missing": Code("error", "A part of a primary key is empty.", "Give the row a key."),
    "key.duplicate": Code("error", "Two rows have the same key.", "Give one row a new key."),
    "key.dangling": Code(
        "error",
        "A foreign key names a row that does not exist.",
        "Correct the key or add the row it names.",
    ),
    "key.unverifiable": Code(
        "error",
        "A foreign key cannot be checked: the table that it refers to is withheld.",
        "Give the table (--source NAME=FILE), or accept it: --accept unverifiable.",
    ),
    "source.encoding": Code(
        "error", "A text that spans refer to is not UTF-8.", "Save the text as UTF-8."
    ),
    "source.bom": Code(
        "error",
        "A text begins with a byte order mark, which would shift every span.",
        "Remove the mark; if the offsets of its spans count it, subtract one from each.",
    ),
    "source.unverifiable": Code(
        "error",
        "A text is withheld, so that neither its bytes nor its words can be checked.",
        "Give the text (--source NAME=FILE), or accept it: --accept unverifiable.",
    ),
    "source.unhashed": Code(
        "warning",
        "No hash proves that a text is the one that the spans were made for.",
        "State the text's hash (sha256) beside its path.",
    ),
    "source.unusual": Code(
        "warning",
        "A text holds characters that other tools silently change.",
        "Nothing, if they belong to the text; spans count them as they are.",
    ),
    "span.moved": Code(
        "error",
        "The words do not stand at the offsets, but at exactly one other place.",
        "Set the offsets to the place named.",
    ),
    "span.ambiguous": Code(
        "error",
        "The words do not stand at the offsets, but at several other places.",
        "Choose one of the places named.",
    ),
    "span.absent": Code(
        "error",
        "The words stand nowhere in the text.",
        "Compare the words with the text, character by character.",
    ),
    "span.out-of-range": Code(
        "error",
        "The offsets do not name a stretch of the text (0 <= start < end <= length).",
        "Correct the offsets.",
    ),
    "span.incomplete": Code(
        "error",
        "Cells of a span are empty that must not be.",
        "Fill them; only with `required: false` may a row leave them empty, all of them.",
    ),
    "span.unverifiable": Code(
        "error",
        "A span cannot be judged: its text is withheld, or text or offsets cannot be read.",
        "Mend the text or the cells first; a withheld text: --source NAME=FILE.",
    ),
    "span.trivial": Code(
        "warning",
        "The words of a span are shorter than the minimum that the schema sets.",
        "Take a longer stretch of words.",
    ),
    "span.digest": Code(
        "error",
        "The words at the offsets are not those that the digest was made of.",
        "Correct the offsets, or make the digest anew from the words and the salt.",
    ),
    "span.context": Code(
        "error",
        "The text beside a span is not the prefix or suffix that the row states.",
        "Correct the offsets, or copy prefix and suffix from the text.",
    ),
    "span.offsets": Code(
        "error",
        "The failing spans of a table have a mistake in common.",
        "Convert the offsets as the message says, and validate again.",
    ),
    "span.cut": Code(
        "error",
        "The words stand only inside of longer ones that say something else (12 in 2012).",
        "Take the words whole; if they are meant as they are, give a prefix or a suffix.",
    ),
    "span.parts": Code(
        "warning",
        "A quotation with an ellipsis stands in the text in several parts.",
        "Compare what was left out between them.",
    ),
    "span.split": Code(
        "error",
        "A quotation in several parts needs a row for each, and the table has no place for them.",
        "Put an integer field part into the table and its primary key, or quote one stretch.",
    ),
    "span.normalised": Code(
        "warning",
        "The words stand in the text in another way of writing.",
        "Nothing, if the words found are meant; they are those of the text.",
    ),
    "version.step": Code(
        "error",
        "The version of a release was not raised as its changes require.",
        "Raise the version in the descriptor to the one named, or to a later one.",
    ),
    "key.withdrawn": Code(
        "error",
        "A key that was withdrawn in an earlier release is used again.",
        "Give the row a key that was never used.",
    ),
    "key.unlisted": Code(
        "error",
        "A key was removed, and the changelog does not list it as withdrawn.",
        "List it in the changelog (`smartcity-case diff --changelog` does), or restore the row.",
    ),
    "changelog.format": Code(
        "error",
        "A line of the changelog on withdrawn keys cannot be read.",
        "Write ``**Withdrawn keys:** `table` key, key.``, or `none.` instead, at the margin.",
    ),
    "reanchor.changed": Code(
        "error",
        "The corrected text has other words at the place of a span.",
        "Look at the row; if it still holds, take the new words with `--accept changed`.",
    ),
    "reanchor.lost": Code(
        "error",
        "Nothing is left of a span in the corrected text, or it cannot be told where.",
        "Choose the row's words anew, or remove such rows with `--accept lost`.",
    ),
    "reanchor.invalid": Code(
        "error",
        "A span did not stand in the old text, so that it cannot be carried over.",
        "Mend the row first; `--accept invalid` leaves such rows as they are.",
    ),
    "withheld.words": Code(
        "error",
        "Words of a text stand where they are marked as withheld.",
        "Take them out, or take the mark out of the descriptor; give a text with --source.",
    ),
    "withheld.unverifiable": Code(
        "error",
        "What needs the withheld words cannot be checked: the released tables, rules of the data.",
        "Give the text (--source NAME=FILE), or accept it: --accept unverifiable.",
    ),
    "withheld.table": Code(
        "error",
        "A table with its words in it again is not the one that they were taken from.",
        "Get both anew: if the hash of the text is right, it is the table that was changed.",
    ),
    "limit.nesting": Code(
        "error", "A descriptor is nested too deeply to be read.", "Flatten the descriptor."
    ),
    "limit.size": Code(
        "error",
        "A descriptor, or a part of one, is too large to be read.",
        "Move inline data into files of its own; declare fewer files, or fewer keys.",
    ),
    "limit.columns": Code(
        "error", "A table has more columns than are read.", "Split the table, or make it long."
    ),
    "limit.cell": Code(
        "error",
        "A cell is longer than what is read, or a quotation mark is never closed.",
        "Close the quotation mark; move long texts into files of their own.",
    ),
    "limit.pattern": Code(
        "error",
        "It would take too long to hold a cell to its pattern or JSON Schema.",
        "Write the pattern without repetitions inside repetitions, or shorten the cell.",
    ),
    "limit.findings": Code(
        "error",
        "A table has more faults than are listed; it was not read further.",
        "Mend those that are listed, and validate again.",
    ),
    "limit.search": Code(
        "error",
        "The words do not stand at the offsets, or have a digest; to look on would take too long.",
        "Correct the spans named before it and validate again, or split the text.",
    ),
    "limit.unpacked": Code(
        "error",
        "A part of a Parquet file would unpack to more than is read.",
        "Write the file without strings that are long and often repeated.",
    ),
    "limit.text": Code(
        "error", "A text is larger than what is read.", "Split the text into several."
    ),
    "import.format": Code(
        "error",
        "A part of the input is not what its format says.",
        "Correct the input at the place named, or export it anew.",
    ),
    "import.left-out": Code(
        "warning",
        "Something of the input has no place in a table of spans.",
        "Nothing, if it is not needed; else keep the input beside the table.",
    ),
    "rule.broken": Code(
        "error",
        "A row breaks a rule of the data set that concerns several cells or rows.",
        "Correct the row; the message names the rule.",
    ),
}
"""Every finding code; the codes are public and stable."""

"""A folder as the Hugging Face Hub and its library `datasets` have it: Parquet and a card."""

from __future__ import annotations

from typing import TYPE_CHECKING

from smartcity_case.errors import UnwritablePackage
from smartcity_case.exporters.format import Format
from smartcity_case.exporters.huggingface.card import CARD, card_of, licence_file, needs_file
from smartcity_case.exporters.parquet.folder import LOSES, write_folder

if TYPE_CHECKING:
    from smartcity_case.exporters.format import Place
    from smartcity_case.exporters.shared.material import Material

FORMAT = Format(
    name="huggingface",
    title="Hugging Face dataset",
    example="case-huggingface/",
    writes=(
        "A folder that `datasets` loads, from a disk or from the Hub: `data/TABLE.parquet` for "
        "each table and one for the texts, and `README.md`, the dataset card. Its metadata have "
        "a configuration for each table, languages, size, and the licence, which is `other` unless "
        "one holds for everything, texts and all; `LICENSE.md` then says what is. Its prose is "
        "made from the descriptor: what it is, the fields, how a row traces to the text, rights, "
        "citation, limits. There is no loading script. By the hash of its "
        "file, which is the `description` of a configuration, `datasets` tells two releases of the "
        "same names apart. The texts and a `datapackage.json` are in "
        "it, too, so that `smartcity-case validate` proves the folder. Odd characters in a table's "
        "name are percent-encoded in its configuration's."
    ),
    loses=(
        "vocabularies as types: their columns are of strings; the card and the metadata of the "
        "files have the terms",
        *LOSES,
    ),
    opened=(
        "from datasets import load_dataset\n\n"
        'rows = load_dataset("case-huggingface", "TABLE", split="train")\n'
        'print(rows.num_rows, rows[0]["exact"])'
    ),
    read_by="datasets",
)


def export(material: Material, place: Place) -> None:
    """Write every table, the texts, a descriptor, and the card."""
    written = write_folder(material, place, "data/", reserved=(CARD, "data"), vocabularies=False)
    if not written.tables and written.texts is None:
        raise UnwritablePackage(
            "huggingface: there is no table in the package, and no text that is there, so that "
            "`datasets` could load nothing"
        )
    for table in written.tables:
        if not table.rows:  # of which it says that it corresponds to no data
            material.note(f"{table.name}: without rows, `datasets` opens it only to be streamed")
        for column in material.tables[table.name].names:
            if "\0" in column:
                material.note(f"{table.name}: `datasets` cuts the name {column!r} and fails")
    linked = ""
    if needs_file(material):
        linked, text = licence_file(material, written.files)
        if text:
            with place.open(linked) as stream:
                stream.write(text.encode())
    with place.open(CARD) as stream:
        stream.write(card_of(material, written, linked).encode())

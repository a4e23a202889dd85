"""Any bytes as texts and rows that point into them: the kernel keeps the one promise.

The input is lines; those that begin with `>` are texts, the others rows of
cells that are separated by U+001F.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import numpy as np

from smartcity_case.arrays import strings
from smartcity_case.checks.sources import check_text
from smartcity_case.checks.spans import Search, SpanCheck, digest_of
from smartcity_case.checks.trace import trace_span
from smartcity_case.corpus import Corpus
from smartcity_case.profile import TableSchema
from smartcity_case.table import Batch, Column
from smartcity_case.text import OFFSET_FORM

if TYPE_CHECKING:
    from smartcity_case.checks.rows import Rows

BETWEEN = b"\x1f"
END = b"\x1e"
COLUMNS = ("source", "start", "end", "exact", "prefix", "suffix")
_SALT = "k7"


def _schema(proof: str) -> TableSchema:
    fields = {name: name for name in COLUMNS if name != "exact"} | {proof: proof}
    if proof == "none":
        del fields["none"]
    kinds = {"start": "integer", "end": "integer"}
    names = [*COLUMNS, "digest"]
    return TableSchema.model_validate(
        {
            "fields": [{"name": n, "type": kinds.get(n, "string")} for n in names],
            "textSpans": [
                {
                    "fields": fields,
                    "reference": {"resource": "t", "fields": {"key": "k", "text": "x"}},
                    **({"salt": _SALT} if proof == "digest" else {}),
                }
            ],
        }
    )


_SCHEMAS = {proof: _schema(proof) for proof in ("exact", "digest", "none")}


def run(data: bytes) -> None:
    """Judge the rows by the kernel and by the definition; both must say the same."""
    proof = list(_SCHEMAS)[data[0] % 3] if data else "exact"
    texts, cells = _read(data[1:])
    known = {str(number): number for number in range(len(texts))}
    if not texts:
        return
    corpus = Corpus(texts)
    columns = {n: [row[at] for row in cells] for at, n in enumerate(COLUMNS)}
    columns["digest"] = [_digest(words, at) for at, words in enumerate(columns["exact"])]
    arrays = {name: Column(strings(column)) for name, column in columns.items()}
    batch = Batch("rows", "rows.csv", arrays, np.arange(2, len(cells) + 2))
    schema = _SCHEMAS[proof]
    check = SpanCheck(schema, schema.text_spans[0], known)
    rows, faults = check.read(batch)
    judged = check.judge(check.prove(rows, corpus), Search())
    _check_kernel(rows, corpus, texts)
    check.summary(judged)
    found = {(fault.place, fault.code) for fault in [*faults, *judged.faults]}
    wanted = {
        (at, code)
        for at in range(len(cells))
        for code in _wanted({n: column[at] for n, column in columns.items()}, proof, texts)
    }
    assert found == wanted, f"{proof}\ntexts {texts}\ncells {columns}\n{found}\n{wanted}"
    list(batch.findings([*faults, *judged.faults]))


def _digest(words: str, at: int) -> str:
    """The digest of words; now and then one that was made otherwise."""
    if at % 5 == 4:
        return hashlib.sha256(words.encode()).hexdigest()
    return digest_of(_SALT, words).upper() if at % 5 == 3 else digest_of(_SALT, words)


def _read(data: bytes) -> tuple[list[bytes], list[list[str]]]:
    texts, cells = [], []
    for part in data.split(END):
        if part.startswith(b">"):
            if check_text(part[1:])[0]:
                texts.append(part[1:])
        else:
            row = part.decode("utf-8", "ignore").split(BETWEEN.decode())
            cells.append((row + [""] * len(COLUMNS))[: len(COLUMNS)])
    return texts, cells


def _check_kernel(rows: Rows, corpus: Corpus, texts: list[bytes]) -> None:
    """A row is proven if and only if the slice of the decoded text is its words."""
    if rows.exact is None:
        return
    decoded = [text.decode("utf-8") for text in texts]
    assert corpus.lengths.tolist() == [len(text) for text in decoded]
    proven = corpus.stand_at(rows.numbers, rows.start, rows.end, rows.exact).tolist()
    for at, number in enumerate(rows.numbers.tolist()):
        start, end = int(rows.start[at]), int(rows.end[at])
        text, words = decoded[number], rows.exact[at].as_py()
        right = 0 <= start < end <= len(text) and text[start:end] == words
        assert proven[at] == right, (text, start, end, words)


def _wanted(row: dict[str, str], proof: str, texts: list[bytes]) -> list[str]:
    """The codes of the findings of a row, by the letter of the profile."""
    needed = ["start", "end", *([proof] if proof != "none" else [])]
    context = ["prefix", "suffix"]
    if not all(row[name] for name in [*needed, "source"]):
        codes = ["span.incomplete"]
        odd = [n for n in ("start", "end") if row[n] and not OFFSET_FORM.fullmatch(row[n])]
        return codes + ["span.unverifiable"] * bool(odd)
    if not all(OFFSET_FORM.fullmatch(row[name]) for name in ("start", "end")):
        return ["span.unverifiable"]
    if row["source"] not in map(str, range(len(texts))):
        return ["span.unverifiable"]
    text = texts[int(row["source"])].decode("utf-8")
    start, end = (int(row[name][:18]) for name in ("start", "end"))
    trace = trace_span(text, start, end, row["exact"] if proof == "exact" else None)
    if trace.verdict != "exact":
        return [f"span.{trace.verdict}"]
    if proof == "digest" and row["digest"] != digest_of(_SALT, text[start:end]):
        return ["span.digest"]
    prefix, suffix = (row[name] for name in context)
    beside = text[:start].endswith(prefix) and text[end:].startswith(suffix)
    return [] if beside else ["span.context"]

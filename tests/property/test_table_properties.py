"""Reading and writing CSV."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from smartcity_case.reading import parse_csv
from smartcity_case.table import write_csv

CELLS = st.text(
    alphabet=st.one_of(
        st.sampled_from('",\n„“ a'),
        st.characters(exclude_categories=["Cs"], exclude_characters="\r"),
    ),
    max_size=8,
)
RECORDS = st.lists(st.lists(CELLS, min_size=2, max_size=2), max_size=6)


@given(RECORDS)
def test_what_is_written_is_read_back(records: list[list[str]]) -> None:
    table, faults = parse_csv(write_csv(["x", "y"], records), "t", "t.csv")
    assert table is not None
    assert faults == []
    assert [list(table.record(i).values()) for i in range(len(table))] == records


@given(RECORDS, st.sampled_from(["\n", "\r\n"]))
def test_the_way_of_quoting_and_ending_lines_does_not_matter(
    records: list[list[str]], end: str
) -> None:
    stream = io.StringIO(newline="")
    csv.writer(stream, quoting=csv.QUOTE_ALL, lineterminator=end).writerows([["x", "y"], *records])
    table, faults = parse_csv(stream.getvalue().encode(), "t", "t.csv")
    assert table is not None
    assert faults == []
    assert [list(table.record(i).values()) for i in range(len(table))] == records


@given(st.binary(max_size=60) | st.text(alphabet='",\n\r a“', max_size=30).map(str.encode))
def test_any_bytes_are_a_table_or_findings(data: bytes) -> None:
    table, findings = parse_csv(data, "t", "t.csv")
    assert table is not None or findings
    if table is not None:
        assert all(len(cells) == len(table) for cells in table.columns.values())


@given(st.text(alphabet='",\n ab“', max_size=30))
def test_what_is_accepted_whole_means_the_same_to_the_standard_library(text: str) -> None:
    table, findings = parse_csv(text.encode(), "t", "t.csv")
    if table is None or findings or "" in text.split("\n")[:-1]:
        return  # the standard library drops blank lines, which may be a row here
    rows = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    assert rows[0] == table.header
    assert rows[1:] == [list(table.record(i).values()) for i in range(len(table))]

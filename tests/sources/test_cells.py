import json

import pytest

from console.sources.cells import BadCell, Cells, Columns, rows
from console.sources.source import Bad, Row, UnrecognisedFile
from tests.sources.exports import at, reading, table


def cells(header: list[str], values: list[str], **more: object) -> Cells:
    last = more.pop("last", ())
    return Cells(Columns(header, last=last), Row(2, values), reading(**more))


def test_names_match_without_case_and_blanks():
    row = cells([" Email ", "KLAVIYO ID"], ["a@b.example", "x"])
    assert row.text("email") == "a@b.example"
    assert row.text("Klaviyo ID") == "x"


def test_of_repeated_names_the_spelling_decides_then_the_place():
    row = cells(["region", "REGION", "Region", "REGION"], ["a", "b", "c", "d"])
    assert row.text("REGION") == "b"
    assert row.text("Region") == "c"
    assert row.text("rEGION") == "a"
    late = cells(["region", "REGION", "REGION"], ["a", "b", "c"], last=["REGION"])
    assert late.text("REGION") == "c"


def test_absent_and_empty_are_both_none():
    row = cells(["Email", "Phone"], ["  ", ""])
    assert row.text("Email") is None
    assert row.text("Name") is None
    assert row.text("Email", "Name", "Phone") is None
    assert row.money("EUR", "Total") is None
    assert row.when("Created at") is None


def test_the_raw_row_keeps_every_cell_under_a_name_of_its_own():
    row = cells(["Status", "Status", "Status (2)", "Note"], ["a", "b", "c", " x "])
    assert json.loads(row.raw()) == {
        "Status": "a", "Status (2)": "b", "Status (2) (2)": "c", "Note": " x ",
    }  # fmt: skip


def test_the_raw_row_survives_half_a_character():
    row = cells(["Note"], ["half \ud83d here"])
    assert json.loads(row.raw()) == {"Note": "half \ud83d here"}


@pytest.mark.parametrize(
    ("text", "id"),
    [
        ("'7210448301122", "7210448301122"),
        ("7210448301122.0", "7210448301122"),
        (" cus_1 ", "cus_1"),
        ("12345e6789", "12345e6789"),
        ("null", None),
        ("NaN", None),
        ("", None),
    ],
)
def test_ids(text, id):
    assert cells(["Id"], [text]).id("Id") == id


def test_an_id_that_a_spreadsheet_rounded_is_refused():
    with pytest.raises(BadCell) as refused:
        cells(["ID"], ["7.21045E+12"]).id("Id")
    assert refused.value.column == "ID"
    assert "the id is lost" in refused.value.reason


def test_times_are_in_utc_where_the_column_says_so():
    row = cells(
        ["Created (UTC)", "Created"], ["2026-06-05 20:38", "2026-06-05 20:38"],
        zone="Europe/Stockholm",
    )  # fmt: skip
    assert row.when("Created (UTC)") == (at("2026-06-05T20:38Z"), "exact")
    assert row.when("Created") == (at("2026-06-05T18:38Z"), "naive")


def test_what_is_later_than_now_is_the_future():
    now = at("2026-06-05T00:00Z")
    row = cells(["Created (UTC)"], ["2026-06-06 00:00"], now=now)
    assert row.when("Created (UTC)") == (at("2026-06-06T00:00Z"), "future")


def test_a_bad_cell_names_its_column_as_the_file_does():
    row = cells(["CREATED AT", "total"], ["03/04/2026", "many"])
    with pytest.raises(BadCell) as refused:
        row.when("Created at")
    assert refused.value.column == "CREATED AT"
    with pytest.raises(BadCell) as refused:
        row.money("EUR", "Total")
    assert refused.value.column == "total"
    assert cells(["d"], ["03/04/2026"], day_first=True).when("d") == (at("2026-04-03"), "day")


def test_blank_rows_and_a_header_that_comes_again_are_no_rows():
    given = table("A,B\n1,2\n,\n  , \nA,B\n3,4\n", bad=(Bad(9, "too many cells", "1,2,3"),))
    found = list(rows(given, Columns(given.header), reading()))
    assert [row.values for row in found if isinstance(row, Cells)] == [["1", "2"], ["3", "4"]]
    assert isinstance(found[-1], Bad)


def test_a_table_without_the_columns_needed_is_refused_with_what_it_has():
    columns = Columns(["One", "Two"])
    with pytest.raises(UnrecognisedFile, match=r"x\.csv: .*column Id or Name.*One, Two"):
        columns.require("x.csv", "a-kind", "Id", "Name")
    many = Columns([f"c{n}" for n in range(20)])
    with pytest.raises(UnrecognisedFile, match="c7 and 12 more"):
        many.require("x.csv", "a-kind", "Id")

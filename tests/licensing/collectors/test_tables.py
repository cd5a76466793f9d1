"""Tables with a mapping of their columns."""

import time
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from answerprint.core.problems import TooLarge
from licensing.collectors.table_mapping import DateForm, Encoding, TableMapping, TableShows
from licensing.collectors.tables import (
    MAX_ROWS,
    MAX_TABLE_CHARACTERS,
    TableReading,
    decode_table,
    look_at,
    read_table,
)
from licensing.errors import NotACapture

DONGLES = TableMapping(
    shows=TableShows.KEPT,
    product="Product",
    device="Device",
    quantity="Quantity",
    assigned_on="Assigned on",
    place="Place",
    custodian="Custodian",
)
HEAD = "Product,Device,Quantity,Assigned on,Place,Custodian\n"
ROW = "Resolve Studio,D-1001,1,2024-03-01,Grading 2,Anna Bay\n"
USERS = TableMapping(shows=TableShows.ASSIGNED, fixed_product="Suite", person=("First", "Last"), mail="Mail")


def read(rows: str, mapping: TableMapping = DONGLES, head: str = HEAD) -> TableReading:
    """Read rows under the header."""
    return read_table(head + rows, mapping)


def wrong(rows: str, mapping: TableMapping = DONGLES, head: str = HEAD) -> list[tuple[int, str]]:
    """Return line and column of each error, where no row was taken."""
    found = read(rows, mapping, head)
    assert found.rows == ()
    return [(one.line, one.column) for one in found.errors]


class TestRows:
    """What a row says."""

    def test_a_row_has_device_place_and_custodian(self) -> None:
        """A dongle is a thing that lies somewhere, and somebody keeps it."""
        (row,) = read(ROW).rows

        assert (row.line, row.product, row.device, row.quantity) == (2, "Resolve Studio", "D-1001", Decimal(1))
        assert (row.assigned_on, row.place, row.custodian) == (date(2024, 3, 1), "Grading 2", "Anna Bay")
        assert (row.person, row.mail, row.last_used_on) == ("", "", None)

    def test_assigned_is_not_used(self) -> None:
        """What a row shows is the mapping's to say, and no day of use is made up."""
        found = read("Anna,Bay,anna@house.example\n", USERS, "First,Last,Mail\n")

        assert found.shows is TableShows.ASSIGNED
        assert (found.rows[0].last_used_on, found.rows[0].assigned_on, found.rows[0].quantity) == (None, None, None)
        assert (found.rows[0].product, found.rows[0].person) == ("Suite", "Anna Bay")

    def test_a_cell_of_several_products_is_a_row_for_each(self) -> None:
        """Each once; a person without any has nothing assigned, and is not lost."""
        mapping = replace(USERS, fixed_product="", product="Products", product_separator=",")
        found = read('A,B,a@b,"Photo, Video,Photo"\nC,D,c@d,\nE,F,e@f," , "\n', mapping, "First,Last,Mail,Products\n")

        assert [(row.line, row.product) for row in found.rows] == [(2, "Photo"), (2, "Video")]
        assert (found.without_product, found.errors) == ((3, 4), ())

    def test_a_row_is_named_by_the_line_on_which_it_begins(self) -> None:
        """Quoted cells may hold line ends, quotes and delimiters."""
        quoted = '"Resolve\nStudio, ""full""",D-1,1,2024-03-01,"Room\r\n2",Anna\n'
        found = read(quoted + ROW + "x,D-2,many,2024-03-01,,\n")

        assert [(row.line, row.product) for row in found.rows] == [
            (2, 'Resolve\nStudio, "full"'),
            (5, "Resolve Studio"),
        ]
        assert [one.line for one in found.errors] == [6]

    @pytest.mark.parametrize(
        "cell", ["=1+1", "@SUM(A1)", "+1", "-1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]
    )
    def test_formulas_are_kept_as_text(self, cell: str) -> None:
        """Nothing is reckoned; in a column of numbers a formula is no number."""
        quoted = '"' + cell.replace('"', '""') + '"'

        assert read(f"{quoted},D-1,1,2024-03-01,,\n").rows[0].product == cell
        assert wrong(f"x,D-1,{quoted},2024-03-01,,\n") == [(2, "Quantity")]

    def test_empty_cells_are_not_said(self) -> None:
        """No quantity is one only because it is not there."""
        (row,) = read("Resolve,D-1,,,,\n").rows

        assert (row.quantity, row.assigned_on, row.place) == (None, None, "")

    def test_blank_lines_are_counted_and_no_rows(self) -> None:
        """Each record is a row, an error, without product, or blank."""
        found = read(f"\n{ROW}   \n,,,,,\n,D-1,1,,,\nx,D-1,y,,,\n")

        assert (len(found.rows), found.blank, found.without_product, len(found.errors)) == (1, 3, (6,), 1)
        assert found.records == 6


class TestCells:
    """Numbers, days and addresses, each in the one form that the mapping names."""

    @pytest.mark.parametrize(
        ("decimal", "text", "number"),
        [(".", "1.5", "1.5"), (",", "1,5", "1.5"), (".", "12", "12"), (",", "0,25", "0.25"), (".", "007", "7")],
    )
    def test_numbers_have_the_decimal_sign_of_the_mapping(self, decimal: str, text: str, number: str) -> None:
        """A token may be a part."""
        (row,) = read(f'x,D-1,"{text}",,,\n', replace(DONGLES, decimal=decimal)).rows

        assert row.quantity == Decimal(number)

    @pytest.mark.parametrize("decimal", [".", ","])
    @pytest.mark.parametrize("text", ["1.000,5", "1 000", "-1", "1e3", "٣", "1.23456", "1,23456", "9999999999", "one"])
    def test_other_numbers_are_errors(self, decimal: str, text: str) -> None:
        """A thousand must not become one."""
        assert wrong(f'x,D-1,"{text}",,,\n', replace(DONGLES, decimal=decimal)) == [(2, "Quantity")]

    @pytest.mark.parametrize(
        ("form", "text"),
        [
            (DateForm.YEAR_FIRST, "2024-03-04"),
            (DateForm.YEAR_FIRST_SLASHES, "2024/3/4"),
            (DateForm.YEAR_FIRST_TIME, "2024-03-04T10:30:00.5Z"),
            (DateForm.YEAR_FIRST_TIME, "2024-03-04 10:30"),
            (DateForm.DAY_FIRST_DOTS, "4.3.2024"),
            (DateForm.DAY_FIRST, "04/03/2024"),
            (DateForm.MONTH_FIRST, "03/04/2024"),
        ],
    )
    def test_days_have_the_form_of_the_mapping(self, form: DateForm, text: str) -> None:
        """03/04 is two days, so no other form is tried."""
        mapping = replace(DONGLES, date_form=form)

        assert read(f"x,D-1,1,{text},,\n", mapping).rows[0].assigned_on == date(2024, 3, 4)
        other = DateForm.YEAR_FIRST if form is not DateForm.YEAR_FIRST else DateForm.DAY_FIRST
        assert wrong(f"x,D-1,1,{text},,\n", replace(DONGLES, date_form=other)) == [(2, "Assigned on")]

    @pytest.mark.parametrize(
        "text", ["2024-02-30", "2024-13-01", "0001-01-01", "24-03-01", "2024-3-1", "tomorrow", "45352"]
    )
    def test_days_that_are_none_are_errors(self, text: str) -> None:
        """The number that a spreadsheet keeps for a day is no day."""
        assert wrong(f"x,D-1,1,{text},,\n") == [(2, "Assigned on")]

    @pytest.mark.parametrize("mail", ["*****", "6b3a55e0261b0304143f805a24924d0c", "a@b@c", "a b@c", "@c"])
    def test_an_address_that_hides_a_person_is_an_error(self, mail: str) -> None:
        """It says what to do: two people of one hash are one person."""
        found = read(f"Anna,Bay,{mail}\n", USERS, "First,Last,Mail\n")

        assert [(one.line, one.column) for one in found.errors] == [(2, "Mail")]
        assert "leave the column out" in found.errors[0].sentence

    def test_each_wrong_cell_is_named_and_the_row_is_not_taken(self) -> None:
        """All that is wrong at once, so that it is put right at once."""
        assert wrong("x,D-1,many,soon,,\n") == [(2, "Quantity"), (2, "Assigned on")]

    def test_a_row_that_names_nobody_and_nothing_is_an_error(self) -> None:
        """A seat must be somebody's or something's."""
        assert wrong("x,,1,,Grading 2,\n") == [(2, "")]

    def test_a_wrong_row_does_not_spoil_the_next(self) -> None:
        """Errors belong to their row."""
        found = read("x,D-1,many,,,\n" + ROW)

        assert (len(found.rows), len(found.errors)) == (1, 1)

    @pytest.mark.parametrize("row", ["x,D-1,1\n", "x,D-1,1,,,,\n", "x;D-1;1;;;\n", "x\n"])
    def test_a_ragged_row_is_an_error(self, row: str) -> None:
        """With a comma too many each cell behind it is another."""
        assert wrong(row) == [(2, "")]


class TestTables:
    """What is a table at all."""

    @pytest.mark.parametrize(
        ("text", "words"),
        [
            ("", "no header"),
            ("\n", "no header"),
            (",,\n", "no header"),
            (HEAD.replace("Place", "Device"), "“Device” stands twice"),
            (HEAD.replace("Place", " Device "), "“Device” stands twice"),
            (HEAD.replace("Place", "place"), "no column “Place”"),
            (HEAD.replace(",", ";"), "no column “Product”"),
            (HEAD + 'x,"D-1,1,,,\n', "record that begins on line 2"),
            (HEAD + ROW + 'x,"D-1"2,1,,,\n', "record that begins on line 3"),
            (HEAD + "x,\x00,1,,,\n", "Line 2 holds a NUL"),
            (HEAD + f'"{"x" * 140_000}",D,1,,,\n', "record that begins on line 2"),
        ],
    )
    def test_what_is_no_table_of_the_mapping_is_refused(self, text: str, words: str) -> None:
        """Each says what is wrong and where."""
        with pytest.raises(NotACapture, match=words):
            read_table(text, DONGLES)

    def test_columns_may_stand_in_any_order_and_others_beside_them(self) -> None:
        """They are found by their headers alone."""
        text = "Note,Custodian,Place,Assigned on,Quantity,Device,Product\n,Anna,P,2024-03-01,1,D-1,x\n"

        assert read_table(text, DONGLES).rows == read("x,D-1,1,2024-03-01,P,Anna\n").rows

    @pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
    @pytest.mark.parametrize("mark", ["", "\ufeff"])
    def test_line_ends_and_a_mark_change_nothing(self, end: str, mark: str) -> None:
        """A table from any system reads as the same table."""
        assert read_table(mark + (HEAD + ROW + ROW).replace("\n", end), DONGLES) == read(ROW + ROW)

    def test_sizes_are_limited(self) -> None:
        """In characters and in rows; the last row that may be sent is read."""
        filled = read("x,D,1,,,\n" * MAX_ROWS)

        assert len(filled.rows) == MAX_ROWS
        with pytest.raises(TooLarge, match="rows"):
            read("x,D,1,,,\n" * (MAX_ROWS + 1))
        with pytest.raises(TooLarge, match="characters"):
            read("x" * MAX_TABLE_CHARACTERS)
        with pytest.raises(TooLarge, match="bytes"):
            decode_table(b"x" * (MAX_TABLE_CHARACTERS + 1))

    def test_twelve_hundred_rows_are_read_at_once(self) -> None:
        """In less than fifty milliseconds."""
        found = []
        for _ in range(5):
            began = time.process_time()
            read(ROW * 1_200)
            found.append(time.process_time() - began)

        assert min(found) < 0.05

    @pytest.mark.parametrize(
        "change",
        [
            {"product": None},
            {"fixed_product": "x"},
            {"delimiter": "a"},
            {"decimal": "'"},
            {"place": " Place"},
            {"place": ""},
            {"product_separator": ","},
        ],
    )
    def test_a_mapping_that_contradicts_itself_is_the_callers_mistake(self, change: dict[str, str]) -> None:
        """It could not be read with, so it cannot be made; one quantity cannot be each product's."""
        with pytest.raises(ValueError, match=r"^(?:a|one|the) "):
            replace(DONGLES, **change)  # type: ignore[arg-type]


CELLS = st.sampled_from(
    ["x", "1", "2024-03-01", "", " ", '"', '"a,b"', "=1", "é", "\r", "\n", "\x00", "\x1c", "\u2028"]
)


@given(st.lists(st.lists(st.one_of(CELLS, st.text(max_size=10)), max_size=8), max_size=8), st.booleans())
def test_any_text_is_a_table_or_refused(cells: list[list[str]], has_header: bool) -> None:  # noqa: FBT001 - a case, not a switch
    """Nothing but the refusal comes of any text, and each record is accounted for once."""
    text = (HEAD if has_header else "") + "\n".join(",".join(row) for row in cells)
    try:
        look_at(text)
        found = read_table(text, DONGLES)
    except NotACapture:
        return

    kinds = [{row.line for row in found.rows}, {one.line for one in found.errors}, set(found.without_product)]
    assert len(set().union(*kinds)) == sum(len(kind) for kind in kinds) == found.records - found.blank


@given(st.binary(max_size=200))
def test_any_bytes_are_a_table_or_refused(raw: bytes) -> None:
    """Bytes of no encoding are refused too."""
    for encoding in Encoding:
        try:
            read_table(decode_table(HEAD.encode() + raw, encoding=encoding), DONGLES)
            look_at(decode_table(raw, encoding=encoding))
        except NotACapture:
            continue

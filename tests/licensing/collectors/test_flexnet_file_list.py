"""What ``lmstat -i`` prints: rows of a licence file as hints, each line accounted for, and never a capture of use."""

import json
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from licensing.cli.commands import licensing
from licensing.collectors.flexnet_file_list import read_file_list
from licensing.collectors.registry import read_hints
from licensing.errors import NotACapture

NOTE = """\
NOTE: lmstat -i does not give information from the server,
      but only reads the license file.  For this reason,
      lmstat -a is recommended instead.

"""
HEAD = "Feature   Version   #licenses   Expires   Vendor\n_______   _______   _________   _______   ______\n"
SWAPPED = "Feature   Version   #licenses   Vendor   Expires\n_______   _______   _________   ______   _______\n"


def rows(*lines: str, head: str = HEAD) -> str:
    """Return a list with these rows."""
    return NOTE + head + "".join(f"{line}\n" for line in lines)


def test_row_is_a_hint() -> None:
    """A row says feature, version, seats, end and vendor, and knows its line."""
    (hint,) = read_file_list(rows("grade   2026.1   10   30-jun-2027   gradeco")).hints

    assert (hint.feature, hint.version, hint.quantity, hint.ends) == ("grade", "2026.1", 10, date(2027, 6, 30))
    assert (hint.daemon, hint.line) == ("gradeco", 7)


@pytest.mark.parametrize(
    ("row", "vendor"),
    [
        ("mix  1.0  4  mixco  30-jun-2027", "mixco"),
        ("mix  1.0  4  30-jun-2027  mixco", "mixco"),
        ("mix  1.0  4  30-jun-2027", ""),
    ],
)
def test_last_columns_stand_in_either_order(row: str, vendor: str) -> None:
    """The end is told from the vendor by what it is, not by where it stands; a vendor may lack."""
    (hint,) = read_file_list(rows(row, head=SWAPPED)).hints

    assert (hint.daemon, hint.ends) == (vendor, date(2027, 6, 30))


@pytest.mark.parametrize("end", ["permanent", "permanent(no expiration date)", "1-jan-0", "01-jan-0000", "1-jan-2099"])
def test_end_that_means_never(end: str) -> None:
    """No row that never ends is taken for one that has ended, or for a doubt."""
    found = read_file_list(rows(f"mix  1.0  4  {end}  mixco"))

    assert [(hint.ends, hint.daemon) for hint in found.hints] == [(None, "mixco")]
    assert found.diagnostics == ()


def test_uncounted_is_no_number() -> None:
    """A row without number bounds nothing: it is not a row of no seats."""
    found = read_file_list(rows("mix 1 uncounted permanent mixco", "cut 1 0 permanent mixco"))

    assert [hint.quantity for hint in found.hints] == [None, None]


@pytest.mark.parametrize(
    ("row", "why"),
    [
        ("mix 1.0 four 30-jun-2027 mixco", "number"),
        ("mix 1.0 4 30-jun-27 mixco", "end"),
        ("mix 1.0 4 none 30-jun-2027", "both"),
        ("mix 1.0 4", "no row"),
        ("Users of mix:  (Total of 4 licenses issued;  Total of 1 license in use)", "no row"),
    ],
)
def test_row_in_doubt_is_a_diagnostic(row: str, why: str) -> None:
    """What is not understood is shown with its line, and no number is guessed from it."""
    found = read_file_list(rows(row))

    assert found.hints == ()
    assert [(one.line, one.text) for one in found.diagnostics] == [(7, row)]
    assert why in found.diagnostics[0].reason


def test_line_before_the_list_is_in_doubt() -> None:
    """The server's part of a text that has both is not taken for rows of the file."""
    found = read_file_list("ferry a b 30-jun-2027 up\n" + rows("mix 1.0 4 30-jun-2027 mixco"))

    assert [one.line for one in found.diagnostics] == [1]


@pytest.mark.parametrize("text", ["", "hello\n", NOTE, "Users of mix:  (Total of 4 licenses issued)\n"])
def test_text_without_the_list_is_refused(text: str) -> None:
    """A text that is no list must not look like a licence file that grants nothing."""
    with pytest.raises(NotACapture, match=r"lmstat -i|empty"):
        read_hints(text.encode())


def test_text_that_is_not_utf_8_is_refused() -> None:
    """No name is read from bytes that are none."""
    with pytest.raises(NotACapture, match="Line 7"):
        read_hints(rows("caf\xe9 1.0 4 permanent mixco").encode("latin-1"))


@given(st.lists(st.text(st.characters(codec="utf-8"), max_size=60), max_size=12))
def test_each_line_is_an_event_or_a_diagnostic(lines: list[str]) -> None:
    """No line is dropped, whatever it holds."""
    text = rows(*lines)
    found = read_file_list(text)
    printed = sum(1 for line in text.replace("\r\n", "\n").split("\n") if line.strip())

    assert printed == found.lines == found.events + len(found.diagnostics)


class TestCommand:
    """``answerprint licensing read --kind lmstat-i``."""

    def test_table_says_that_it_is_a_hint(self, tmp_path: Path) -> None:
        """Who reads it on the command line does not take it for use."""
        path = tmp_path / "list.txt"
        path.write_text(rows("mix 1.0 4 permanent mixco", "what is this"))
        shown = CliRunner().invoke(licensing, ["read", "--kind", "lmstat-i", str(path)])

        assert shown.exit_code == 0
        assert "neither use nor capacity" in shown.output
        assert "7 lines: 6 understood, 1 in doubt" in shown.output

    def test_json_holds_the_hints(self) -> None:
        """A program gets the same."""
        text = rows("mix 1.0 4 30-jun-2027 mixco")
        shown = CliRunner().invoke(licensing, ["read", "--kind", "lmstat-i", "--json", "-"], input=text)
        (hint,) = json.loads(shown.output)["hints"]

        assert (hint["feature"], hint["quantity"], hint["ends"]) == ("mix", 4, "2027-06-30")

    def test_as_capture_of_use_it_is_refused_and_says_where_it_goes(self) -> None:
        """Sent as a capture it is still no use, and the sentence says what to do with it."""
        shown = CliRunner().invoke(licensing, ["read", "--kind", "flexnet", "-"], input=rows("mix 1 4 permanent m"))

        assert shown.exit_code != 0
        assert "Import lots" in shown.output

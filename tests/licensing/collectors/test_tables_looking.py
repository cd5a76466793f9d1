"""What is shown of a table before it is read, and the mappings that are proposed."""

from datetime import date
from decimal import Decimal

import pytest

from licensing.collectors.table_mapping import Encoding, TableMapping, TableShows
from licensing.collectors.table_presets import PRESETS
from licensing.collectors.tables import decode_table, look_at, read_table
from licensing.errors import NotACapture

HEAD = "Product,Device\n"
ROW = "Resolve,Anna Bay\n"
KEPT = TableMapping(shows=TableShows.KEPT, product="Product", custodian="Device")


class TestBytes:
    """Bytes and the encoding that they are in."""

    @pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
    def test_bytes_are_read_in_their_encoding(self, encoding: str) -> None:
        """A byte order mark says which; without one it is UTF-8."""
        raw = (HEAD + ROW.replace("Anna", "Zoë")).encode(encoding)

        assert read_table(decode_table(raw), KEPT).rows[0].custodian == "Zoë Bay"

    def test_bytes_in_another_encoding_are_refused_by_line(self) -> None:
        """Unless the encoding is named; no letter is guessed."""
        raw = (HEAD + ROW + ROW.replace("Anna", "Zoë")).encode("windows-1252")

        with pytest.raises(NotACapture, match="Line 3 of this table is not utf-8"):
            decode_table(raw)
        assert read_table(decode_table(raw, encoding=Encoding.WINDOWS_1252), KEPT).rows[1].custodian == "Zoë Bay"


class TestLooking:
    """Proposals for a person to confirm."""

    @pytest.mark.parametrize("name", sorted(PRESETS))
    def test_each_preset_knows_its_own_export(self, name: str) -> None:
        """A table with its headers, in any order and with others, is proposed to be read with it."""
        headers = [*sorted(PRESETS[name].headers), "Anything else"]
        look = look_at(",".join(headers) + "\n" + ",".join("x" for _ in headers) + "\n")

        assert look.proposal is PRESETS[name]
        assert (look.header, look.rows, look.problems) == (tuple(headers), (("x",) * len(headers),), ())

    def test_a_header_that_nobody_knows_has_no_proposal(self) -> None:
        """Nothing is proposed by looks: a column of names may be of anything."""
        look = look_at("Name;Produkt;Seit\nAnna;Suite;2024-03-01\n")

        assert (look.delimiter, look.proposal, look.candidates) == (";", None, ())

    @pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
    def test_the_delimiter_is_the_one_that_parts_the_header(self, delimiter: str) -> None:
        """What stands in quotes parts nothing."""
        text = delimiter.join(['"a,b;c,d"', "e", "f"]) + "\n"

        assert look_at(text).delimiter == delimiter
        assert look_at(text).header == ("a,b;c,d", "e", "f")

    def test_only_the_first_rows_are_shown_and_problems_are_named(self) -> None:
        """Cells are cut, blank lines left out, and ragged rows and double headers said."""
        look = look_at("a,b,a\n\n" + "x" * 500 + ",1\n" + "x,1,2\n" * 9)

        assert (len(look.rows), len(look.rows[0][0])) == (5, 200)
        assert look.problems == ("The column “a” stands twice.", "Row 1 has 2 cells.")

    def test_flex_tokens_are_used_and_adobe_users_are_assigned(self) -> None:
        """What the vendors' exports show, and no more."""
        tokens = read_table(
            "First name,Last name,Email,Team,Product,Day used,Tokens used\nAnna,Bay,a@b,T,Maya,2024-03-01,6\n",
            PRESETS["autodesk-flex-tokens"].mapping,
        )
        adobe = read_table(
            "Identity Type,Email,First Name,Last Name,Product Configurations\n"
            'Federated ID,a@b,Anna,Bay,"All Apps,Stock"\n',
            PRESETS["adobe-users"].mapping,
        )

        assert (tokens.shows, tokens.rows[0].quantity, tokens.rows[0].last_used_on) == (
            TableShows.USED,
            Decimal(6),
            date(2024, 3, 1),
        )
        assert (adobe.shows, [row.product for row in adobe.rows], adobe.rows[0].last_used_on) == (
            TableShows.ASSIGNED,
            ["All Apps", "Stock"],
            None,
        )

    def test_what_shows_no_export_is_a_template(self) -> None:
        """Avid, iLok and Blackmagic publish no headers that were found, so those are our own."""
        assert {one.vendor for one in PRESETS.values() if one.is_template} == {"Avid", "PACE", "Blackmagic Design"}

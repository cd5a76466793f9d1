"""A frozen statement on paper and as a table: the figures of its JSON, and nothing that anybody wrote is markup."""

import csv
import io
import json
from importlib.resources import files
from typing import Any

import pytest
import typst

from licensing.printing.statement_csv import statement_csv
from licensing.printing.statement_pdf import paper_text, statement_pdf

HOSTILE = ("a # b", "$x$", "back\\slash", "] [", "#panic()", "*bold* _it_", "`raw`", "<label>", "@ref", "// no", '"q"')


def document(name: str = "Nuke", who: str = "person 1") -> dict[str, Any]:
    """A frozen statement of one product that was over."""
    moment = {
        "at": "2026-03-14T08:00:00.000000Z",
        "in_use": 1234,
        "at_most": 1240,
        "entitled": 1200,
        "checked_out": 7,
        "low": 1234,
        "high": 1240,
    }
    peak = {
        "moment": moment,
        "checkouts": [{"who": who, "host": "host 1", "seats": 2}],
        "holders": [{"who": "person 2", "host": "host 2", "seats": 1, "server": "lic1"}],
    }
    settled = {"seats": 34, "amount": "4080.00", "currency": "EUR", "reason": ""}
    known = {"p50": 801, "p90": 901, "p95": 951, "p99": 991, "known_seconds": 9, "coverage": "87.5"}
    over = {"starts_at": moment["at"], "ends_at": None, "ending": "open", "over": 34, "peak": peak}
    product = {
        "product": name,
        "state": "over",
        "entitlement": [{"on": "2026-01-01", "seats": 1200, "of_this_contract": None}],
        "lower": 1234,
        "upper": None,
        "peak": peak,
        "percentiles": known,
        "overages": [over],
        "true_up": settled,
        "ledger": {"checkouts": 31},
        "observed": {"servers": 1, "captures": 8640, "coverage": "87.5"},
        "event_logs": {
            "servers": 1,
            "parts": 1,
            "coverage": "66.6",
            "lower": 1222,
            "lower_at": moment["at"],
            "upper": None,
            "upper_at": None,
            "denials": {"true": 4, "queued": None},
        },
        "counting_version": 2,
        "log_parts": [{"server": "lic1", "sha256": "ef" * 32, "first_at": moment["at"], "last_at": moment["at"]}],
        "evidence": [{"taken_at": moment["at"], "server": "lic1", "sha256": "ab" * 32}],
    }
    return {
        "contract": {"number": "F-2026-7", "title": name, "vendor": "Foundry"},
        "period": {
            "from": "2026-03-01",
            "to": "2026-03-31",
            "zone": "Europe/Berlin",
            "starts_at": moment["at"],
            "ends_at": moment["at"],
        },
        "made_at": "2026-04-01T08:00:00.000000Z",
        "products": [product],
        "names": [],
    }


def laid_out(shown: dict[str, Any]) -> str:
    """Return all text that the template lays out in its tables, as text."""
    template = files("licensing.printing").joinpath("statement.typ").read_bytes()
    inputs = {"statement": json.dumps(paper_text(shown, sha256="cd" * 32, receipt="licensor-foundry, entry 7"))}
    return "".join(_texts(json.loads(typst.query(template, "table", sys_inputs=inputs, ignore_system_fonts=True))))


def _texts(element: Any) -> list[str]:
    if isinstance(element, list):
        return [text for part in element for text in _texts(part)]
    if not isinstance(element, dict):
        return []
    if element.get("func") == "space":
        return [" "]
    own = [element["text"]] if isinstance(element.get("text"), str) else []
    return own + [text for part in element.values() for text in _texts(part) if isinstance(part, dict | list)]


@pytest.mark.parametrize("text", HOSTILE)
def test_what_somebody_wrote_is_text(text: str) -> None:
    """A name with signs of the paper's language is shown as it is, and none of it is run."""
    shown = document(name=text, who=text)

    assert laid_out(shown).count(text) >= 3
    assert statement_pdf(shown, sha256="", receipt=text).startswith(b"%PDF-")


def test_the_figures_are_those_of_the_json() -> None:
    """Peak, percentiles, bounds, overage, settlement, counts, hashes and the receipt stand on the paper."""
    text = laid_out(document())

    for figure in ("1234", "801", "901", "951", "991", "34", "4080.00 EUR", "8640", "87.5", "31", "ab" * 32):
        assert figure in text
    for figure in ("66.6", "1222 proven", "true: 4", "queued: not recorded", "ef" * 32):
        assert figure in text
    assert "uncounted" in text
    assert "unknown" in text
    assert "licensor-foundry, entry 7" in text


def test_who_a_log_names() -> None:
    """Holders by an event log stand on the paper and in the table, and how sure they are."""
    shown = document()
    shown["products"][0]["overages"][0]["peak"]["logged"] = [
        {"who": "person 3", "host": "host 3", "seats": 2, "server": "flex1", "is_sure": 1},
        {"who": "person 4", "host": "host 4", "seats": 1, "server": "flex1", "is_sure": 0},
    ]
    text, table = laid_out(shown), statement_csv(shown, sha256="")

    for written in (text, table):
        assert written.count("by the log of flex1") == 2 * written.count("person 3")
        assert written.count("as far as it can be paired") == written.count("person 4") > 0


def test_the_same_statement_is_the_same_file() -> None:
    """Byte for byte, and another figure is another file."""
    first, again = (statement_pdf(document(), sha256="x", receipt="y") for _ in range(2))
    other = document()
    other["products"][0]["lower"] = 1235

    assert first == again
    assert first != statement_pdf(other, sha256="x", receipt="y")


def test_it_says_that_it_is_for_archives() -> None:
    """PDF/A part 2, conformance B, stands in its metadata."""
    made = statement_pdf(document(), sha256="x", receipt="y")

    assert b"<pdfaid:part>2</pdfaid:part>" in made
    assert b"<pdfaid:conformance>B</pdfaid:conformance>" in made


@pytest.mark.parametrize(
    "name", ["名前", "\U0001f600", "bell\x07", "a\u0301", "\u200bx", "\ue000", "Łukasz Ünïcode Жω €"]
)
def test_signs_that_the_fonts_lack(name: str) -> None:
    """They do not stop the paper: each is written as its code point."""
    assert statement_pdf(document(name=name), sha256="", receipt="").startswith(b"%PDF-")


def test_signs_are_written_out() -> None:
    """What is there in the fonts stays."""
    shown = paper_text(document(name="名Ł"), sha256="", receipt="")

    assert isinstance(shown, dict)
    assert shown["contract"] == {"number": "F-2026-7", "title": "[U+540D]Ł", "vendor": "Foundry"}


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r", "\n"])
def test_no_cell_begins_a_formula(start: str) -> None:
    """A spreadsheet takes each cell for text."""
    rows = list(csv.reader(io.StringIO(statement_csv(document(name=f"{start}1+1", who=f"{start}cmd"), sha256="x"))))

    assert not [cell for row in rows for cell in row if cell.startswith(start)]
    assert any(cell == f"'{start}1+1" for row in rows for cell in row)


def test_the_table_says_what_the_json_says() -> None:
    """Each figure has its row, what is not known is unknown, and what has no limit uncounted."""
    rows = list(csv.DictReader(io.StringIO(statement_csv(document(), sha256="ab"))))
    seats = {row["what"]: row["seats"] for row in rows}

    assert seats["peak"] == "1234"
    assert (seats["proven by event logs"], seats["possible by event logs"]) == ("1222", "unknown")
    assert {row["what"]: row["says"] for row in rows}["refused, queued"] == "not recorded"
    assert (seats["p50"], seats["p99"]) == ("801", "991")
    assert seats["possible at most"] == "unknown"
    assert seats["entitlement of this contract"] == "uncounted"
    assert [row["who"] for row in rows if row["what"] == "peak, by"] == ["person 1", "person 2"]
    assert next(row["says"] for row in rows if row["what"] == "true-up") == "4080.00 EUR"

"""On paper a page is what it says, with who printed it when, and nothing to press."""

import re
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from answerprint.core.db import Database
from facility.roles import Role
from tests.web.browsers import Browser
from tests.web.house import furnish

STATIC = Path(__file__).parents[2] / "answerprint" / "web" / "static"
SHEETS = sorted(STATIC.glob("*.css"))


def blocks(sheet: str, query: str) -> list[str]:
    """Return what stands in the blocks of these media."""
    return [sheet[found.end() :].partition("\n}")[0] for found in re.finditer(query, sheet)]


@pytest.mark.parametrize("path", [one for one in SHEETS if not one.name.startswith("gate")], ids=lambda path: path.name)
def test_phones_rules_are_for_screens(path: Path) -> None:
    """A page of paper is as narrow as a phone; its tables keep their heads all the same."""
    narrow = re.findall(r"@media ([^{]*max-width: 46rem[^{]*)\{", path.read_text(encoding="utf-8"))

    assert all("screen" in query for query in narrow)


def test_paper_has_no_ways_and_no_buttons() -> None:
    """Navigation, forms, buttons, pagers and the ways to files are left out; heads of tables stand on every page."""
    printed = "".join(blocks((STATIC / "answerprint.css").read_text(encoding="utf-8"), r"@media print \{"))
    hidden = re.findall(r"([^{}]*)\{ display: none !important; \}", printed)[0]

    for part in (".nav-holder", ".actions", ".filters", ".pager", ".export", "form", ".skip"):
        assert part in hidden, part
    assert "table-header-group" in printed
    assert "counter(page)" in printed


def test_auditors_pages_say_who_printed_them(app: Flask, database: Database, log_key: Ed25519PrivateKey) -> None:
    """An entry, a log and a verdict carry the house, what they are of, when they were printed and by whom."""
    house = furnish(database, log_key)
    auditor = Browser(app, database, Role.AUDITOR)
    verdict = auditor.submit("/trail/verify")[1]
    pages = {f"/trail/{house.vendor_log}/1": "entry ", f"/trail/{house.vendor_log}": "log ", verdict: "verification"}

    for path, said in pages.items():
        head = re.search(r'<p class="print-only paper-head">(.*?)</p>', auditor.get(path)[1])
        assert head is not None, path
        assert "post.example/answerprint" in head[1]
        assert said in head[1]
        assert "by The auditor." in head[1]
        assert "<time" in head[1]

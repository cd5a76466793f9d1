"""A state is told by a word and its shape, and which shape a word has stands in one place."""

import re
from pathlib import Path

import pytest
from flask import Flask, render_template_string

from reviews.rules.gate import Standing
from reviews.rules.vocabulary import Value

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(path for floor in ("audit", "facility", "reviews") for path in (ROOT / floor).rglob("*.html"))
WORDS = {
    "links": [one.value for one in Standing if one is not Standing.OVER],
    "agreements": ["sent", "accepted", "superseded", "withdrawn"],
    "rounds": [*(one.value for one in Value), "deemed-approved"],
    "screenings": ["planned", "held", "cancelled"],
    "shipments": ["on its way", "received", "overdue", "returned", "destroyed", "lost"],
    "incidents": ["open", "overdue", "closed"],
    "orders": ["asked", "done", "refused", "withdrawn"],
    "exports": ["working", "made", "failed", "ended"],
    "verdicts": ["all holds", "not all checked", "fails"],
}
_STATE = '{% import "parts.html" as p with context %}{{ p.state(word) }}'


def drawn(app: Flask, word: str) -> str:
    """Return a state as pages draw it."""
    with app.test_request_context("/"):
        return render_template_string(_STATE, word=word)


@pytest.mark.parametrize("what", WORDS)
def test_each_word_has_a_shape_of_its_own(first_app: Flask, what: str) -> None:
    """No state of these falls back to the dashes of what is not known, and a dash in a word is no part of it."""
    for word in WORDS[what]:
        shown = drawn(first_app, word)

        assert "stroke-dasharray" not in shown, word
        assert f">{word.replace('-', ' ').upper()}</span>" in shown


def test_seats_over_their_lots_are_loud_and_links_that_are_over_are_not(first_app: Flask) -> None:
    """One word, one meaning: ``over`` is said of seats, and is loud; of a link whose time is over it is not said."""
    tables = (ROOT / "reviews" / "templates" / "reviews" / "project_tables.html").read_text(encoding="utf-8")

    assert "state-alert" in drawn(first_app, "over")
    assert "state-alert" not in drawn(first_app, "ended")
    assert '"ended" if link.standing.value == "over"' in tables


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_template_has_shapes_of_its_own(path: Path) -> None:
    """A page says a word; only what has no word of its own brings a shape."""
    text = path.read_text(encoding="utf-8")

    assert not re.search(r"p\.state\([^)]*\{", text)

"""An act that is hard to undo says what it does before it is done: the button stands behind the sentence."""

import re
from pathlib import Path

import pytest
from flask import Flask

from answerprint.core.db import Database
from facility.roles import Role
from tests.web.browsers import Browser, program

ROOT = Path(__file__).parents[2]
FLOORS = ("answerprint/web", "audit", "facility", "licensing", "reviews")
HARD_TO_UNDO = re.compile(
    r"revoc|deactiv|reactiv|removal|rotation|sessions_end|withdrawal|lift|notice|cancellation|_drop"
)
"""What the endpoints of such acts are called."""
_CONFIRMED = re.compile(r'<details class="confirm">(.*?)</details>', re.DOTALL)
_ACT = re.compile(r'p\.act\(url_for\("([a-z_]+\.post_[a-z_]+)"')


def test_no_button_alone_does_what_is_hard_to_undo() -> None:
    """Where it is one button, it is a shared confirmation that opens to the consequence first."""
    templates = [path for floor in FLOORS for path in (ROOT / floor).rglob("*.html")]
    bare = {name for path in templates for name in _ACT.findall(path.read_text(encoding="utf-8"))}

    assert len(templates) > 80
    assert not {name for name in bare if HARD_TO_UNDO.search(name)}


@pytest.mark.parametrize(
    ("act", "said"),
    [
        ("Deactivate", "What they did stays on the trail"),
        ("End all sessions", "their tokens go on"),
        ("Revoke", "Programs that use it stop at once"),
    ],
)
def test_consequence_stands_before_its_button(app: Flask, database: Database, act: str, said: str) -> None:
    """Closed, it is a word; open, it is a sentence and then the button; without script it works the same."""
    admin, tech = Browser(app, database, Role.ADMIN), Browser(app, database, Role.TECH)
    program(app, database, tech.person_id)
    page = admin.get(f"/people/{tech.person_id}")[1]
    (inside,) = [text for text in _CONFIRMED.findall(page) if f"<summary>{act}…" in text]

    assert said in inside
    assert inside.index(said) < inside.index("<button")


def test_deactivating_counts_what_goes(app: Flask, database: Database) -> None:
    """How many tokens stop is said, and it is true afterwards."""
    admin, tech = Browser(app, database, Role.ADMIN), Browser(app, database, Role.TECH)
    client = program(app, database, tech.person_id)
    place = f"/people/{tech.person_id}"
    page = admin.get(place)[1]
    (version,) = re.findall(r'name="version" value="(\d+)"', page)

    assert "tokens (1) and calendars (0)" in page
    assert client.get("/api/v1/facility/projects").status_code == 200
    assert admin.submit(f"{place}/deactivate", version=version)[0] == 303
    assert client.get("/api/v1/facility/projects").status_code == 401

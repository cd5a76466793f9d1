"""Pictures of reviews: rounds used of those agreed, and who watched when. Each says in words what it shows."""

import re

import pytest
from flask import Flask, render_template_string

from answerprint.core.db import Database
from tests.reviews.pages.desk import Desk, furnish_desk

_ROUNDS = '{% import "reviews/rounds_used.html" as r with context %}{{ r.used_of(used, agreed) }}'


def drawn(app: Flask, used: int, agreed: int) -> str:
    """Return the picture of so many rounds used of so many agreed."""
    with app.test_request_context("/"):
        return render_template_string(_ROUNDS, used=used, agreed=agreed)


@pytest.mark.parametrize(
    ("used", "agreed", "frames", "said"),
    [
        (0, 2, {"bar-frame": 2}, "0 of 2 rounds used, 2 left"),
        (2, 3, {"bar-used": 2, "bar-frame": 1}, "2 of 3 rounds used, 1 left"),
        (1, 1, {"bar-used": 1}, "1 of 1 round used, none left"),
        (4, 3, {"bar-used": 3, "bar-over": 1}, "4 of 3 rounds used, 1 over them"),
        (30, 40, {}, "30 of 40 rounds used, 10 left"),
    ],
)
def test_rounds_used_are_frames_filled(
    first_app: Flask, used: int, agreed: int, frames: dict[str, int], said: str
) -> None:
    """A frame is a round agreed, filled where used; those over them stand apart; too many are said in words only."""
    page = drawn(first_app, used, agreed)
    found = {name: len(re.findall(rf'<rect class="{name}"', page)) for name in ("bar-used", "bar-frame", "bar-over")}

    assert {name: number for name, number in found.items() if number} == frames
    assert f"{said}." in page
    assert (f'aria-label="{said}"' in page) == bool(frames)
    assert (">OVER<" in page.replace("</svg>", ">")) == (used > agreed)
    assert ("state-alert" in page) == (used > agreed)


class TestOnPages:
    """Where they stand."""

    @pytest.fixture(name="desk")
    def _desk(self, app: Flask, database: Database) -> Desk:
        """The project that the pages show."""
        return furnish_desk(app, database)

    def test_rounds_are_drawn_where_they_are_agreed_and_where_they_are_used(self, desk: Desk) -> None:
        """The list of rounds and the agreement's own page show the same picture; a draft has none."""
        producer = desk.browser()
        pages = [producer.get(desk.paths[name])[1] for name in ("rounds", "agreement")]

        assert all('class="rounds"' in page and "rounds used" in page for page in pages)
        assert 'class="rounds"' not in producer.get(desk.paths["draft"])[1]

    def test_marks_are_read_by_keyboard(self, desk: Desk) -> None:
        """Each bar and each mark says by itself whose it is; the picture takes the focus, and the script is there."""
        page = desk.browser().get(f"{desk.paths['project']}/watched")[1]
        readings = re.findall(r"<g data-reading><title>(.*?)</title>", page)

        assert readings
        assert all(one.startswith("Ines Okafor") or ":" in one or " watched " in one for one in readings)
        assert re.search(r'<div class="picture"[^>]*tabindex="0"[^>]*data-reads', page)
        assert "pictures.js" in page

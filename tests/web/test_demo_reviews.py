"""The made-up facility has reviews to look around in: agreed, sent, watched, decided, planned and overdue."""

from pathlib import Path
from zoneinfo import ZoneInfo

from flask import Flask
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.paging import PageRequest
from answerprint.web import demo
from facility.models import Project
from facility.roles import Role
from reviews.models.decisions import Round
from reviews.models.materials import MaterialVersion
from reviews.players.files import media_file
from reviews.queries.links import LinkFilters, links
from tests.web.browsers import Browser


def test_demo_tells_the_story_of_a_review(app: Flask, database: Database, tmp_path: Path) -> None:
    """Its links stand in each way, a round is decided and one waits, its files are there, and Today says what waits."""
    media = tmp_path / "media"
    demo.furnish(database, ZoneInfo("Europe/Berlin"), media=media)
    with database.reading() as session:
        found = links(session, SYSTEM, LinkFilters(), PageRequest(limit=50), now=clock.now()).items
        outcomes = [one.outcome for one in session.scalars(select(Round).order_by(Round.number))]
        paths = list(session.scalars(select(MaterialVersion.media_path)))
        codes = set(session.scalars(select(Project.code)))
    today = Browser(app, database, Role.ADMIN).get("/")[1]

    assert {one.standing.value for one in found} == {"live", "used-up", "revoked"}
    assert {one.asks_passphrase for one in found} == {True, False}
    assert outcomes == ["not-approved", None]
    assert all(media_file(media, path) for path in paths)
    assert codes == {"HARB", "OSTR"}
    for said in ("OVERDUE", "CRU-0815", "DECISION DUE", "ENDING SOON", "NOT WATCHED"):
        assert said in today, said

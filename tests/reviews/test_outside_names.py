"""Outside the gate only the code name is said: every path that sends is walked, and every text is searched."""

import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.problems import Invalid
from audit.service.checkpoints import publish_checkpoint
from facility.models import Project
from facility.public import project_for
from reviews.queries import faces
from reviews.queries.attendance import rounds_in_room
from reviews.rules.titles import says_title
from reviews.rules.viewing import Declaration
from reviews.rules.vocabulary import DisplayClass, Room, Value
from reviews.service.attendances import decide_in_room
from reviews.service.decisions import DecisionEntry
from reviews.service.faces import FaceEntry, set_face
from reviews.service.screenings import cancel_screening
from tests.reviews.attendance.rooms import STARTS, asking, mails, suite
from tests.reviews.factories import NOW
from tests.reviews.gate.guest import furnish
from tests.reviews.outside import ALIAS, TITLES, CodeName, logged

NAMES_IT = {
    *("reviews.agreement.sent", "reviews.agreement.in-force", "reviews.agreement.withdrawn"),
    *("reviews-link", "reviews-code", "reviews-network", "reviews.superseded", "reviews.notice"),
    "reviews.outcome",
    *("reviews.screening.request", "reviews.screening.cancel", "reviews.decision.taken-down"),
    *("reviews.shipment.overdue", "gate ready", "gate watch", "gate download", "notes edl", "notes otio"),
}
"""The paths on which the project is named as it is called outside."""
SAYS_NOTHING = {
    *("gate door", "gate path", "gate opened", "gate code", "gate undertaking", "gate receipts", "gate signing"),
    *("gate unknown", "gate agreement", "reviews.receipt", "notes csv", "leak drill"),
    "log",
}
"""The paths on which it is not named at all, but for the text of the agreement itself."""


def walk(app: Flask, database: Database, key: Ed25519PrivateKey, folder: Path) -> CodeName:
    """Have everything sent and shown that ever leaves the house, and collect it."""
    furnish(app, folder)
    code_name = CodeName(app, database)
    with logged(code_name.outside):
        code_name.agreements()
        opened = code_name.rounds()
        code_name.links()
        in_the_room(code_name, opened)
        code_name.supersede()
        code_name.notes()
        code_name.rooms()
        code_name.drives()
        drill(code_name)
        with database.transaction() as session:
            log = project_for(session, SYSTEM, code_name.house.project_id).log
            publish_checkpoint(session, SYSTEM, log_name=log, key=key)
        code_name.receipts()
    code_name.outside.mails(database)
    return code_name


def in_the_room(code_name: CodeName, round_id: object) -> None:
    """Take down in the room what the approver decided."""
    found = code_name.suite
    screening = found.plan()
    found.sign_in(screening)
    with found.database.transaction() as session:
        (offered,) = rounds_in_room(session, found.house.producer, screening.id)
        declared = Declaration(DisplayClass.REFERENCE, Room.SUITE)
        decide_in_room(
            session,
            found.house.producer,
            screening_id=screening.id,
            round_id=offered.round_id,
            contact_id=found.house.contact_id,
            entry=DecisionEntry("P1", Value.APPROVED, declared, offered.statement_sha256),
            now=STARTS,
        )
    assert offered.round_id == round_id


def drill(code_name: CodeName) -> None:
    """Take along who could have seen the version."""
    ask = asking(code_name.app, code_name.database, code_name.house.producer)
    span = {"since": "2026-01-01T00:00:00Z", "until": clock.now().isoformat()}
    table = ask("POST", f"/material-versions/{code_name.suite.version_id}/exposure/exports", span)
    assert table.status_code == 200, table.text
    code_name.outside.answer("leak drill", table)


def test_real_titles_never_leave(
    app: Flask, database: Database, log_key: Ed25519PrivateKey, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """No mail, attachment, header, file name, page or line of a log says a real title, in any spelling."""
    code_name = walk(app, database, log_key, tmp_path / "media")
    code_name.outside.say("log", caplog.text)

    assert code_name.outside.telling() == set()
    assert code_name.outside.paths() == NAMES_IT | SAYS_NOTHING
    assert {path for path, text in code_name.outside.texts if says_title(text, [ALIAS])} == NAMES_IT


def test_every_path_would_be_caught(
    app: Flask, database: Database, log_key: Ed25519PrivateKey, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The search finds something: where the outside name is broken on purpose, each path that names it is caught."""
    asked = faces.outside_name

    def broken(session: Session, project_id: object) -> str:
        return session.scalars(select(Project.name).where(Project.id == project_id)).one().upper()

    for module in [one for name, one in sys.modules.items() if name.startswith("reviews.")]:
        if vars(module).get("outside_name") is asked:
            monkeypatch.setattr(module, "outside_name", broken)
    code_name = walk(app, database, log_key, tmp_path / "media")

    assert code_name.outside.telling() == NAMES_IT


def test_texts_that_go_out_are_held_against_titles(database: Database) -> None:
    """A room or a serial that says a title is refused under an alias; typed before, it is left out of what goes out."""
    found = suite(database)
    screening = found.plan(room="Velvet Zanzibar stage")
    found.invite(screening)
    with database.transaction() as session:
        entry = FaceEntry(alias=ALIAS, is_alias_in_force=True, titles=TITLES)
        set_face(session, found.house.producer, project_id=found.house.project_id, entry=entry, version=0)
    with database.transaction() as session:
        cancel_screening(session, found.house.producer, screening_id=screening.id, now=NOW)
    with pytest.raises(Invalid) as room:
        found.plan(room="velvet-zanzibar")
    with pytest.raises(Invalid) as serial:
        found.ship(serial="SANSIBAR_AUS_SAMT_01")

    assert (list(room.value.fields), list(serial.value.fields)) == (["room"], ["serial"])
    (before,), (after,) = (mails(database, f"reviews.screening.{method}") for method in ("request", "cancel"))
    assert says_title(before.attachment or "", TITLES)
    assert not says_title(after.subject + after.body + (after.attachment or ""), TITLES)

"""A decision is taken back by naming it: what was declared and signed with it is not said anew."""

from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.actor import client
from answerprint.core.db import Database
from answerprint.core.ids import new_id
from reviews.errors import NotInThisState, WithoutAuthority
from reviews.models.decisions import Decision
from reviews.rules.vocabulary import Value
from reviews.service.decisions import withdraw
from tests.reviews.factories import OFFICE
from tests.reviews.gate.coming import Gatehouse, bodies, gatehouse
from tests.reviews.gate.guest import Guest, furnish, hidden_of, let_in
from tests.reviews.gate.walking import DECLARED, open_a_round, sign


@pytest.fixture(name="gate")
def _gate(app: Flask, database: Database, tmp_path: Path) -> Gatehouse:
    """A project with an agreement in force, and a version before its approver."""
    furnish(app, tmp_path / "media")
    gate = gatehouse(database)
    open_a_round(gate)
    return gate


@pytest.fixture(name="guest")
def _guest(app: Flask, database: Database, gate: Gatehouse) -> Guest:
    """An approver who has signed off."""
    guest = let_in(app, gate)
    sign(guest, database)
    decided = guest.submit("/g/visit/decision", value="not-approved", **DECLARED)
    assert decided.headers["Location"] == "/g/visit?said=decided"
    return guest


def decisions(database: Database) -> list[Decision]:
    """Return all decisions, the first first."""
    with database.reading() as session:
        return list(session.scalars(select(Decision).order_by(Decision.decided_at, Decision.id)))


def test_form_names_the_decision_and_nothing_else(database: Database, guest: Guest) -> None:
    """The page asks for no declaration that nobody made; a round that was closed still lists what they decided."""
    sign(guest, database)
    page = guest.page()

    assert set(hidden_of(page, "/g/visit/decision/withdraw")) == {"csrf", "decision_id"}
    assert "This round is closed." in page
    assert '/g/visit/decision"' not in page


def test_withdrawal_carries_what_the_decision_said(database: Database, guest: Guest) -> None:
    """Viewing, statement and label of the new record are those of the decision, whatever a form says."""
    sign(guest, database)
    guest.submit("/g/visit/decision/withdraw", display="mastering", room="theatre", statement_sha256="0" * 64)
    made, back = decisions(database)

    assert (back.value, back.withdraws_id) == (Value.WITHDRAWN, made.id)
    assert (back.viewing, back.statement_sha256, back.party_id) == (made.viewing, made.statement_sha256, made.party_id)
    assert [one["viewing"] for one in bodies(database, "reviews.decision.made")] == [DECLARED, DECLARED]
    assert "You took it back." in guest.page()


def test_fresh_code_is_needed(database: Database, guest: Guest) -> None:
    """The code of the decision was used up by it: who takes it back is led to another one."""
    answer = guest.client.post(
        "/g/visit/decision/withdraw",
        data=hidden_of(guest.page(), "/g/visit/end") | {"decision_id": str(decisions(database)[0].id)},
    )

    assert answer.headers["Location"] == "/g/visit/signing"
    assert len(decisions(database)) == 1


def test_withdrawn_once(database: Database, guest: Guest, gate: Gatehouse) -> None:
    """What was taken back is not taken back again, and nobody takes back what is not theirs."""
    sign(guest, database)
    form = hidden_of(guest.page(), "/g/visit/decision/withdraw")
    guest.client.post("/g/visit/decision/withdraw", data=form)
    again = guest.client.post("/g/visit/decision/withdraw", data=form)

    assert again.status_code == 409
    assert "taken back before" in again.text
    for named, refusal in ((UUID(form["decision_id"]), NotInThisState), (new_id(), WithoutAuthority)):
        with pytest.raises(refusal), database.transaction() as session:
            withdraw(
                session,
                client(gate.house.contact_id, OFFICE),
                visit_id=decisions(database)[0].visit_id or new_id(),
                decision_id=named,
                now=clock.now(),
            )

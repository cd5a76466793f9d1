"""What a gate asks for beside the mailbox: the passphrase that came another way, and the undertaking."""

import hmac
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.problems import StaleVersion
from audit.record import record
from reviews.facts.gate import NdaAccepted, PassphraseRefused, PassphraseVerified
from reviews.gate_counters import set_back
from reviews.queries.gate import locked_visitor, place_of, renew_secret, step_not_reached
from reviews.queries.parties import undertaking_by_id
from reviews.rules.codes import passphrases_of
from reviews.rules.gate import Step, VisitSecret, proof_of
from reviews.rules.passphrases import PassphraseCheck
from reviews.service.turns import Turn, take_turn
from reviews.service.undertakings import accept_undertaking


def give_passphrase(
    session: Session, actor: Actor, *, visit_id: UUID, check: PassphraseCheck, now: datetime
) -> VisitSecret | None:
    """Take the passphrase; the visit gets a new secret where it is right. ``None``: wrong, or one too often."""
    visit, visitor = locked_visitor(session, visit_id, Step.PASSPHRASE, now=now)
    place = place_of(session, visitor.opened, actor.address)
    turn = Turn("passphrases", place, passphrases_of(place))
    if not take_turn(session, actor, turn=turn, opened=visitor.opened, now=now):
        return None
    about, project, contact = f"visit:{visit.id}", visitor.project_id, visitor.contact_id
    link = visitor.opened.link
    stored = link.passphrase_hash if link is not None else None
    if not check.is_right or not hmac.compare_digest(check.checked_hash, stored or ""):
        record(session, actor, PassphraseRefused(about=about, project=project, contact=contact), log=visitor.log)
        return None
    # Only wrong ones count.
    set_back(session, [scope.key for scope in turn.scopes])
    visit.passphrase_verified_at = now
    record(session, actor, PassphraseVerified(about=about, project=project, contact=contact), log=visitor.log)
    return renew_secret(visit)


def accept_nda(session: Session, actor: Actor, *, visit_id: UUID, text_sha256: str, now: datetime) -> VisitSecret:
    """Accept the undertaking as it was shown, known by its hash; raises ``StaleVersion`` where it is another text."""
    visit, visitor = locked_visitor(session, visit_id, Step.UNDERTAKING, now=now)
    nda_text_id = visitor.opened.link.nda_text_id if visitor.opened.link is not None else None
    if nda_text_id is None:
        raise step_not_reached()
    undertaking, proof = undertaking_by_id(session, nda_text_id), proof_of(visitor.proven)
    if not hmac.compare_digest(undertaking.text_sha256.encode(), text_sha256.encode()):
        raise StaleVersion("The text is another one than you were shown. Read it again.")
    accept_undertaking(session, actor, contact_id=visitor.contact_id, nda_text_id=nda_text_id, proof=proof, now=now)
    visit.nda_accepted_at = now
    fact = NdaAccepted(
        about=f"visit:{visit.id}",
        project=visitor.project_id,
        contact=visitor.contact_id,
        nda_text=nda_text_id,
        text_sha256=undertaking.text_sha256,
        proof=proof.value,
    )
    record(session, actor, fact, log=visitor.log)
    return renew_secret(visit)

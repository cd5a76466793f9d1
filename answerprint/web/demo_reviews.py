"""The reviews of the made-up facility: what was agreed with a client, what they were sent, watched and decided.

Everything goes through the use cases, at the moments of the last weeks. The material is a tone that the demo writes
itself, so that the screening room has something to play.
"""

import io
import math
import wave
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from answerprint.core.actor import SYSTEM, Actor, ActorKind, client
from answerprint.core.db import Database
from answerprint.web.demo_guest import ADDRESS, DemoGuest
from answerprint.web.demo_terms import DRAFT, agreed_terms, terms_to_begin_with
from facility.models import Person, Project
from facility.roles import Role, permissions_of
from reviews.models.agreements import AgreementVersion
from reviews.models.materials import MaterialVersion
from reviews.queries.agreements import version_by_id
from reviews.rules.codes import FreshCode, fresh_code
from reviews.rules.floors import Demands
from reviews.rules.links import LinkWish
from reviews.rules.naming_presets import PRESETS
from reviews.rules.passphrases import Passphrase, chosen_passphrase
from reviews.rules.vocabulary import Proof, Value
from reviews.service.acceptances import accept_for_client, accept_for_house
from reviews.service.agreement_sending import send_agreement
from reviews.service.agreements import draft_agreement
from reviews.service.contacts import add_contact
from reviews.service.faces import FaceEntry, set_face
from reviews.service.invitations import invite_contacts
from reviews.service.links import IssuedLink, issue_link, revoke_link
from reviews.service.materials import VersionEntry, register_version
from reviews.service.naming import set_naming_template
from reviews.service.notes import NoteEntry, write_note
from reviews.service.policies import set_floor
from reviews.service.rounds import open_round
from reviews.service.screenings import ScreeningEntry, plan_screening
from reviews.service.shipments import ShipmentEntry, ship
from reviews.service.templates import add_template
from reviews.service.undertakings import add_undertaking

_CONTACTS = (
    ("noor", "Noor Haddad", "noor@northlight.example"),
    ("ilse", "Ilse Brandt", "ilse@northlight.example"),
    ("marek", "Marek Dvorak", "marek@northlight.example"),
)
_UNDERTAKING = (
    "I keep to myself what I see and hear of this work, and who works on it, until it is published.\n"
    "I watch it alone, make no copy and no picture of it, and pass no link on."
)


@dataclass(frozen=True, slots=True)
class _Stage:
    """What the parts of the story share."""

    database: Database
    zone: ZoneInfo
    now: datetime
    url: str
    producer: Actor
    client_id: UUID
    projects: dict[str, UUID]
    people: dict[str, UUID]
    code: FreshCode
    phrase: Passphrase

    def ago(self, days: float) -> datetime:
        """Return a moment before now."""
        return self.now - timedelta(days=days)


def furnish_reviews(database: Database, zone: ZoneInfo, media: Path | None, now: datetime, *, url: str) -> None:
    """Tell the story of one project's reviews, once; ``media`` is where the screening room finds its files."""
    stage = _set_stage(database, zone, now, url)
    undertaking = _set_rules(stage)
    version = _agree(stage, undertaking)
    first = _register(stage, media, 1, stage.ago(26))
    _ship(stage, version, first)
    _open_round(stage, version, first, stage.ago(9))
    _send_first(stage, version, first)
    second = _register(stage, media, 2, stage.ago(2))
    _open_round(stage, version, second, stage.ago(2))
    _send_second(stage, version, second)
    _plan_screening(stage, version, second)


def _set_stage(database: Database, zone: ZoneInfo, now: datetime, url: str) -> _Stage:
    code, phrase, people = fresh_code(), chosen_passphrase("amber leader nine"), {}
    with database.transaction() as session:
        producer = session.scalars(select(Person.id).where(Person.email == "producer@demo.example")).one()
        projects = {one.code: one for one in session.scalars(select(Project))}
        client_id, at = projects["HARB"].client_id, now - timedelta(days=32)
        for key, name, email in _CONTACTS:
            people[key] = add_contact(session, SYSTEM, client_id=client_id, name=name, email=email, now=at).id
    actor = Actor(
        kind=ActorKind.PERSON, id=str(producer), permissions=permissions_of([Role.PRODUCER]), person_id=producer
    )
    ids = {name: project.id for name, project in projects.items()}
    return _Stage(database, zone, now, url, actor, client_id, ids, people, code, phrase)


def _set_rules(stage: _Stage) -> UUID:
    """Set the house's floor, templates and names; return the undertaking."""
    with stage.database.transaction() as session:
        set_floor(session, SYSTEM, client_id=None, demands=Demands(longest_link_days=21, needs_nda=True), version=0)
        names = set_naming_template(session, SYSTEM, name="house", template=PRESETS["house"], version=0)
        add_template(session, SYSTEM, client_id=None, name="Fine cut by link", terms=terms_to_begin_with())
        harbour = FaceEntry(naming_template_id=names.id)
        hidden = FaceEntry("BLUE HERON", is_alias_in_force=True, titles=("Ostrava 1968",), naming_template_id=names.id)
        for code, entry in (("HARB", harbour), ("OSTR", hidden)):
            set_face(session, stage.producer, project_id=stage.projects[code], entry=entry, version=0)
        made = add_undertaking(
            session,
            stage.producer,
            client_id=stage.client_id,
            title="Confidentiality undertaking",
            text=_UNDERTAKING,
            now=stage.ago(31),
        )
        return made.id


def _agree(stage: _Stage, undertaking: UUID) -> AgreementVersion:
    """Have both sides accept an agreement, and leave a draft for the other project."""
    terms = agreed_terms(
        stage.people["noor"],
        stage.people["ilse"],
        stage.people["marek"],
        undertaking,
        calibrated_on=stage.ago(40).date(),
    )
    with stage.database.transaction() as session:
        project_id, at = stage.projects["HARB"], stage.ago(30)
        made = draft_agreement(session, stage.producer, project_id=project_id, terms=terms, now=at)
        send_agreement(
            session, stage.producer, version_id=made.id, version=made.version, base_url=stage.url, now=at, on=at.date()
        )
        text, noor = version_by_id(session, made.id).text_sha256 or "", client(stage.people["noor"], ADDRESS)
        accept_for_client(
            session,
            noor,
            version_id=made.id,
            proof=Proof.MAILBOX,
            typed_name="Noor Haddad",
            text_sha256=text,
            now=stage.ago(29),
        )
        accept_for_house(session, stage.producer, version_id=made.id, text_sha256=text, now=stage.ago(28))
        draft_agreement(session, stage.producer, project_id=stage.projects["OSTR"], terms=DRAFT, now=stage.ago(1))
    return made


def _register(stage: _Stage, media: Path | None, number: int, at: datetime) -> MaterialVersion:
    """Register a version of the reel; its file is a tone, the higher the newer."""
    tone, path = _tone(220 * number), f"harb/HARB_reel2_v{number:03}.wav"
    if media is not None:
        (media / path).parent.mkdir(parents=True, exist_ok=True)
        (media / path).write_bytes(tone)
    entry = VersionEntry(
        name="reel2",
        kind="sound",
        file_name=f"HARB_reel2_v{number:03}.wav",
        sha256=sha256(tone).hexdigest(),
        size=len(tone),
        hashed_by="command",
        media_path=path,
        frame_rate="24/1",
        start_frame=86400,
    )
    with stage.database.transaction() as session:
        project_id = stage.projects["HARB"]
        return register_version(session, stage.producer, project_id=project_id, entry=entry, now=at).version


def _ship(stage: _Stage, version: AgreementVersion, shown: MaterialVersion) -> None:
    """Send a drive that should have been back for days."""
    entry = ShipmentEntry(
        agreement_version_id=version.id,
        method="M3",
        material_version_id=shown.id,
        contact_id=stage.people["marek"],
        carrier_kind="drive",
        serial="CRU-0815",
        courier="Kurier Nord",
        tracking="KN 4711",
    )
    with stage.database.transaction() as session:
        at = stage.ago(20)
        ship(session, stage.producer, entry=entry, now=at, on=at.astimezone(stage.zone).date())


def _open_round(stage: _Stage, version: AgreementVersion, shown: MaterialVersion, at: datetime) -> None:
    with stage.database.transaction() as session:
        open_round(session, stage.producer, agreement_id=version.agreement_id, material_version_id=shown.id, now=at)


def _send_first(stage: _Stage, version: AgreementVersion, shown: MaterialVersion) -> None:
    """Send the first version to all three: one decides, one uses the link up, and one link is taken back."""
    once = {"marek": {"view_limit": 1}}
    made = {key: _send(stage, version, shown, key, 9, **once.get(key, {})) for key in stage.people}
    for key, days in (("ilse", 8.2), ("marek", 7.9)):
        _watch(stage, made[key], key, days)
    _watch(stage, made["noor"], "noor", 8.6, says="The dissolve at the door comes too early.")
    with stage.database.transaction() as session:
        link_id = made["ilse"].link.id
        revoke_link(session, stage.producer, link_id=link_id, reason="Her old mailbox", now=stage.ago(7))
        note = NoteEntry("The hum is in the source; leave it.", in_frame=24, is_internal=True)
        write_note(session, stage.producer, material_version_id=shown.id, entry=note, now=stage.ago(6))


def _send_second(stage: _Stage, version: AgreementVersion, shown: MaterialVersion) -> None:
    """Send the second version: watched once, not watched and about to end, and with a passphrase."""
    soon = (stage.now + timedelta(hours=30)).astimezone(stage.zone).replace(tzinfo=None, second=0, microsecond=0)
    made = _send(stage, version, shown, "noor", 2)
    _send(stage, version, shown, "ilse", 2, ends_at=soon)
    _send(stage, version, shown, "marek", 2, asks_passphrase=True)
    _watch(stage, made, "noor", 1.2)


def _plan_screening(stage: _Stage, version: AgreementVersion, shown: MaterialVersion) -> None:
    local = (stage.now + timedelta(days=2)).astimezone(stage.zone)
    begins = local.replace(hour=10, minute=0, second=0, microsecond=0)
    assert stage.producer.person_id is not None  # noqa: S101 - narrows a type: the producer is a person
    entry = ScreeningEntry(
        agreement_version_id=version.id,
        method="M2",
        material_version_id=shown.id,
        host_id=stage.producer.person_id,
        room="Suite 3",
        display="Reference monitor",
        display_serial="7001234",
        starts_at=begins,
        ends_at=begins + timedelta(hours=2),
        zone=stage.zone.key,
        calibrated_on=stage.ago(12).date(),
    )
    with stage.database.transaction() as session:
        planned = plan_screening(session, stage.producer, entry=entry, now=stage.ago(1))
        who = [stage.people["noor"], stage.people["ilse"]]
        invite_contacts(session, stage.producer, screening_id=planned.id, contact_ids=who, now=stage.ago(1))


def _send(
    stage: _Stage, version: AgreementVersion, shown: MaterialVersion, key: str, days: int, **otherwise: Any
) -> IssuedLink:
    wish = LinkWish(version.id, "M1", shown.id, stage.people[key], stage.zone.key, **otherwise)
    at = stage.ago(days)
    with stage.database.transaction() as session:
        return issue_link(session, stage.producer, wish=wish, passphrase=stage.phrase, base_url=stage.url, now=at)


def _watch(stage: _Stage, made: IssuedLink, key: str, days: float, *, says: str = "") -> None:
    """Have somebody watch through their link, and where they have something to say decide against it."""
    assert made.secret is not None  # noqa: S101 - narrows a type: no release is asked for
    secret, at = made.secret.url.partition("#")[2], stage.ago(days)
    with stage.database.transaction() as session:
        guest = DemoGuest(session, stage.people[key], stage.code)
        visit_id = guest.watch(secret, at)
        if says:
            guest.decide(visit_id, Value.NOT_APPROVED, says, at + timedelta(hours=2))


def _tone(hertz: int) -> bytes:
    """Return four seconds of a quiet tone, as a WAV."""
    rate, seconds = 8000, 4
    found = io.BytesIO()
    with wave.open(found, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(rate)
        file.writeframes(
            bytes(128 + round(40 * math.sin(math.tau * hertz * at / rate)) for at in range(rate * seconds))
        )
    return found.getvalue()

"""A walk through every page of the gate, in one language, by somebody who is asked for everything that can be asked."""

import base64
import re
from collections.abc import Iterator
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask import Flask
from sqlalchemy import select

from answerprint.core import clock
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from reviews.models.agreements import AgreementVersion
from reviews.queries.agreements import version_by_id
from reviews.service.agreement_sending import send_agreement
from reviews.service.links import revoke_link
from reviews.service.rounds import open_round
from tests.reviews.agreements.agreeing import BASE_URL, a_house, drafted
from tests.reviews.factories import ELSEWHERE, make_undertaking
from tests.reviews.gate.coming import SPOKEN, TARGET, Gatehouse, allow, last_code, secret_of
from tests.reviews.gate.guest import Guest, guest_of, hidden_of, issued_now

GERMAN = "de-AT,de;q=0.9,en;q=0.5"
UNDERTAKING = "I keep to myself what I see."
DECLARED = {"display": "managed", "room": "home"}


@dataclass(frozen=True, slots=True)
class Walk:
    """A browser with a language of its own, at a gate."""

    app: Flask
    gate: Gatehouse
    language: str

    @property
    def database(self) -> Database:
        """Return the database behind the gate."""
        return self.gate.database

    def browser(self) -> Guest:
        """Return a new browser that prefers this language."""
        guest = guest_of(self.app, self.database)
        guest.client.environ_base["HTTP_ACCEPT_LANGUAGE"] = self.language
        return guest

    def pages(self) -> Iterator[tuple[str, str]]:
        """Walk, and yield each page that is shown with a name for it."""
        yield from self.door()
        yield from self.link()
        yield from self.hand_off()
        yield from self.endings()
        yield from self.agreement()

    def door(self) -> Iterator[tuple[str, str]]:
        """The pages of nobody."""
        guest = self.browser()
        yield "door", guest.page("/g")
        yield "nothing", guest.client.get("/g/none/at/all").text

    def link(self) -> Iterator[tuple[str, str]]:
        """Every proof that there is, the view, and a decision."""
        with self.database.transaction() as session:
            nda = make_undertaking(session, self.gate.house.client_id, UNDERTAKING)
        open_a_round(self.gate)
        guest = self.browser()
        secret = issued_now(self.gate, asks_passphrase=True, asks_totp=True, nda_text_id=nda.id)
        guest.open(secret)
        yield "code", guest.page()
        yield "code refused", guest.page("/g/visit?said=code-refused")
        guest.verify()
        yield "passphrase", guest.page("/g/visit?said=phrase-refused")
        guest.submit("/g/visit/passphrase", passphrase=SPOKEN)
        yield "enrol", guest.page("/g/visit?said=app-refused")
        yield from self.work(guest, secret)

    def work(self, guest: Guest, secret: str) -> Iterator[tuple[str, str]]:
        """The last proofs, the film, a decision, and the same link in another browser."""
        shown = guest.submit("/g/visit/authenticator/new").text
        yield "key", shown
        guest.submit("/g/visit/authenticator/first", code=app_code(shown))
        yield "undertaking", guest.page("/g/visit?said=read-again")
        guest.submit("/g/visit/undertaking")
        yield "ready", guest.page()
        yield "watch", guest.watch().text
        yield "not whole", guest.submit("/g/visit/note", text=" ").text
        yield "signing", guest.page("/g/visit/signing?said=asked")
        yield from self.decision(guest)
        yield "receipts", guest.page("/g/visit/receipts")
        kept = re.findall(r'href="(/g/visit/receipts/[^"]+)"', guest.page("/g/visit/receipts"))
        yield "not signed yet", guest.client.get(kept[0]).text
        again = self.browser()
        again.client.environ_base["REMOTE_ADDR"] = ELSEWHERE  # who asks for many codes from one place is held off
        again.open(secret)
        again.verify()
        again.submit("/g/visit/passphrase", passphrase=SPOKEN)
        yield "authenticator", again.page()

    def decision(self, guest: Guest) -> Iterator[tuple[str, str]]:
        """The form of a decision, one that is refused, one that is made, and one that is taken back."""
        sign(guest, self.database)
        yield "signing given", guest.page("/g/visit/signing")
        yield "decision", guest.page()
        yield "refused", guest.submit("/g/visit/decision", value="approved", text="Kept.").text
        guest.submit("/g/visit/decision", value="approved-with-notes", text="Lovely.", **DECLARED)
        yield "decided", guest.page("/g/visit?said=decided")
        sign(guest, self.database)
        guest.submit("/g/visit/decision/withdraw")
        yield "withdrawn", guest.page("/g/visit?said=withdrawn")

    def hand_off(self) -> Iterator[tuple[str, str]]:
        """The way to another platform."""
        allow(self.database, self.gate.house)
        guest = self.browser()
        guest.open(issued_now(self.gate, target_url=TARGET, platform="Reel"))
        guest.verify()
        yield "before the hand-off", guest.page()
        yield "hand-off", guest.watch().text

    def endings(self) -> Iterator[tuple[str, str]]:
        """What is told of a link that opens nothing, and of a visit that is over."""
        issued, guest = self.gate.issue(now=clock.now()), self.browser()
        guest.open(secret_of(issued))
        guest.verify()
        with self.database.transaction() as session:
            revoke_link(session, self.gate.house.producer, link_id=issued.link.id, reason="x", now=clock.now())
        yield "told", guest.page()
        cookie = guest.client.get_cookie("visit")
        assert cookie is not None
        guest.submit("/g/visit/end")
        guest.client.set_cookie("visit", cookie.value)
        yield "ended", guest.page()

    def agreement(self) -> Iterator[tuple[str, str]]:
        """An agreement to be accepted, first with a name that is none."""
        guest = self.browser()
        guest.open(sent_now(self.database, "HARB"))
        guest.verify()
        yield "agreement", guest.page()
        yield "no name", guest.submit("/g/visit/agreement", typed_name=" ").text
        guest.submit("/g/visit/agreement", typed_name="Ines Okafor")
        yield "accepted", guest.page("/g/visit?said=accepted")


def open_a_round(gate: Gatehouse) -> None:
    """Put the version before its approver."""
    with gate.database.transaction() as session:
        version = session.get_one(AgreementVersion, gate.agreement_version_id)
        open_round(
            session,
            gate.house.producer,
            agreement_id=version.agreement_id,
            material_version_id=gate.version_id,
            now=clock.now(),
        )


def sign(guest: Guest, database: Database) -> None:
    """Give a fresh code."""
    page = guest.page("/g/visit/signing")
    guest.client.post("/g/visit/signing/request", data=hidden_of(page, "/g/visit/signing/request"))
    with database.reading() as session:
        code = last_code(session)
    given = guest.client.post("/g/visit/signing", data=hidden_of(page, "/g/visit/signing") | {"code": code})
    assert given.headers["Location"] == "/g/visit"


def app_code(page: str) -> str:
    """Return what an app shows that was given the key of a page."""
    found = re.search(r'<p class="key"><code>([A-Z2-7 ]+)</code>', page)
    assert found is not None, page
    secret = base64.b32decode(found[1].replace(" ", ""))
    return TOTP(secret, 6, SHA1(), 30).generate(int(clock.now().timestamp())).decode()  # noqa: S303


def sent_now(database: Database, code: str) -> str:
    """Send an agreement of another project at this moment, and return the secret of its mail."""
    house = a_house(database, code)
    version = drafted(database, house)
    now = clock.now()
    with database.transaction() as session:
        held = version_by_id(session, version.id).version
        send_agreement(
            session, house.producer, version_id=version.id, version=held, base_url=BASE_URL, now=now, on=now.date()
        )
    with database.reading() as session:
        bodies = session.scalars(select(OutboxMail.body).order_by(OutboxMail.made_at)).all()
    return str(re.findall(r"/g#([\w-]{43})", "\n".join(bodies))[-1])

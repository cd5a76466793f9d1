"""Drives, DCPs and tablets: what may leave the house, when it is due back, and how its recipient is reminded."""

from datetime import date, datetime, timedelta

from answerprint.core.problems import Invalid
from reviews.errors import AgainstAgreement
from reviews.rules.letters import Letter
from reviews.rules.terms import Method, Security
from reviews.rules.vocabulary import MethodKind

CARRIERS: dict[MethodKind, frozenset[str]] = {
    MethodKind.DRIVE: frozenset({"drive", "dcp"}),
    MethodKind.TABLET: frozenset({"tablet"}),
}
_SPOKEN = {"drive": "drive", "dcp": "DCP", "tablet": "tablet"}
CHASED_EVERY = timedelta(days=7)


def check_carrier(method: Method, carrier_kind: str) -> None:
    """Raise ``AgainstAgreement`` where the agreed method is not this carrier."""
    if carrier_kind not in CARRIERS.get(method.kind, ()):
        sentence = f"The agreed method is no {spoken(carrier_kind)}."
        raise AgainstAgreement(sentence, fields={"carrier_kind": [sentence]})


def check_key(carrier_kind: str, device: str, starts_at: datetime | None, ends_at: datetime | None) -> None:
    """Raise ``Invalid`` for a KDM that is half there, ends before it begins, or is for something that is no DCP."""
    parts = (bool(device), starts_at is not None, ends_at is not None)
    sentence = ""
    if any(parts) and (not all(parts) or carrier_kind != "dcp"):
        sentence = "A KDM is for a DCP, and names its one device and its window."
    elif starts_at is not None and ends_at is not None and ends_at <= starts_at:
        sentence = "The window of a KDM ends after it begins."
    if sentence:
        raise Invalid(sentence, fields={"kdm_device": [sentence]})


def due_back(security: Security, wished: date | None, *, on: date) -> date:
    """Return by when a carrier that leaves today is back or destroyed: as wished, and no later than agreed.

    Raises ``AgainstAgreement`` where no agreement says what becomes of it, or the wish goes over it.
    """
    if not security.destruction:
        sentence = "The agreement does not say whether carriers are returned or destroyed. Agree on that first."
        raise AgainstAgreement(sentence, fields={"security.destruction": [sentence]})
    latest = on + timedelta(days=security.retention_days) if security.retention_days is not None else None
    due = wished or latest
    if due is None or due < on:
        sentence = "Say by when it is due back: the agreement names no days, or the day is over."
        raise Invalid(sentence, fields={"due_back_on": [sentence]})
    if latest is not None and due > latest:
        sentence = f"As agreed it is due on {latest.isoformat()} at the latest."
        raise AgainstAgreement(sentence, fields={"security.retention_days": [sentence]})
    return due


def check_certificate(ending: str, certificate_sha256: str | None) -> None:
    """Raise ``Invalid`` where something counts as destroyed without the hash of a certificate that says so."""
    if ending == "destroyed" and certificate_sha256 is None:
        sentence = "Destruction is shown by a certificate: give its SHA-256."
        raise Invalid(sentence, fields={"certificate_sha256": [sentence]})


def spoken(carrier_kind: str) -> str:
    """Return a carrier as people say it."""
    return _SPOKEN.get(carrier_kind, carrier_kind)


def chase_mail(outside_name: str, *, carrier_kind: str, serial: str, due_on: date, ending: str) -> Letter:
    """Return the mail that reminds a recipient of what they hold; ``ending`` is what was agreed of it."""
    what = spoken(carrier_kind) + (f" {serial}" if serial else "")
    wanted = "Destroy it, and send the certificate" if ending == "destroy" else "Send it back"
    return Letter(
        f"{outside_name}: a {spoken(carrier_kind)} is overdue",
        f"You were sent the {what} for {outside_name}. It was due on {due_on.isoformat()}.\n"
        f"{wanted} to the house, please. If it is on its way already, tell the house its tracking number.\n"
        "You are reminded once a week until it ended.\n",
    )

"""Whether a screening link may be issued: what its sender wishes, held against what was agreed and what is demanded.

A window is meant in the sender's zone and kept as two instants. Days of a link's life are days of that zone's
calendar, so that a week over the change of clocks is a week.
"""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from reviews.errors import BadLink
from reviews.rules.findings import answered
from reviews.rules.floors import Demands
from reviews.rules.labels import methods_by_label
from reviews.rules.links_allowed import LinkAllows, breaks_demands, breaks_terms
from reviews.rules.recipients import Breaches, recipient_breach
from reviews.rules.suitability import suitability
from reviews.rules.terms import Terms
from reviews.rules.vocabulary import MethodKind, title

TARGET_LENGTH_MAX = 2000
IN_THE_ROOM = frozenset({MethodKind.ASYNC_LINK, MethodKind.PAPER_AUDIO})
"""Methods that the house's own screening room serves."""
BY_LINK = IN_THE_ROOM | {MethodKind.LIVE_STREAM, MethodKind.PIXEL_STREAM}


@dataclass(frozen=True, slots=True)
class LinkWish:
    """What a sender asks for. ``None`` takes what was agreed, or what is demanded where that is stricter."""

    agreement_version_id: UUID
    method: str
    material_version_id: UUID
    contact_id: UUID
    zone: str
    starts_at: datetime | None = None
    """Wall time in ``zone``, as ``ends_at`` is."""
    ends_at: datetime | None = None
    view_limit: int | None = None
    view_minutes: int | None = None
    allows_download: bool = False
    asks_passphrase: bool | None = None
    asks_totp: bool | None = None
    needs_release: bool | None = None
    nda_text_id: UUID | None = None
    watermark: str | None = None
    target_url: str | None = None
    """Where to hand off; without it the link leads into the house's own screening room."""
    platform: str = ""
    platform_enforces: str = ""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets a link, and whose they are."""

    contact_id: UUID
    client_id: UUID
    email: str


def instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return when a clock in ``zone`` shows ``wall``; of an hour that comes twice the first, of one left out none.

    Raises ``BadLink`` for a time that the clocks of the zone never show.
    """
    found = wall.replace(tzinfo=zone, fold=0)
    there = found.astimezone(UTC)
    if there.astimezone(zone).replace(tzinfo=None) != wall:
        sentence = f"The clocks of {zone.key} are put forward over {wall:%Y-%m-%d %H:%M}: there is no such time."
        raise BadLink(sentence, fields={"zone": [sentence]})
    return there


def zone_of(name: str) -> ZoneInfo:
    """Return a zone by its IANA name; raises ``BadLink``."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        sentence = "Name an IANA zone such as Europe/Berlin."
        raise BadLink(sentence, fields={"zone": [sentence]}) from error


def plan_link(wish: LinkWish, terms: Terms, demands: Demands, *, now: datetime) -> LinkAllows:
    """Return what the link will allow, with what was agreed wherever the sender asks for nothing.

    Raises ``BadLink`` for a window that cannot be.
    """
    security, zone = terms.security, zone_of(wish.zone)
    starts_at = instant(wish.starts_at, zone) if wish.starts_at is not None else now
    days = min(security.link_days, demands.longest_link_days or security.link_days)
    ends_at = instant(wish.ends_at, zone) if wish.ends_at is not None else _days_later(starts_at, days, zone)
    _check_window(starts_at, ends_at, now)
    return LinkAllows(
        starts_at=starts_at,
        ends_at=ends_at,
        view_limit=wish.view_limit or min(security.view_limit, demands.most_views or security.view_limit),
        view_minutes=wish.view_minutes or security.view_hours * 60,
        method=wish.method,
        contact_id=wish.contact_id,
        allows_download=wish.allows_download,
        asks_passphrase=_chosen(wish.asks_passphrase, security.asks_passphrase or demands.asks_passphrase),
        asks_totp=_chosen(wish.asks_totp, security.asks_totp or demands.asks_totp),
        needs_release=_chosen(wish.needs_release, security.needs_release or demands.needs_release),
        nda_text_id=wish.nda_text_id or security.nda_text_id,
        watermark=security.watermark if wish.watermark is None else wish.watermark,
    )


def breaches_of(
    link: LinkAllows, terms: Terms, demands: Demands, *, recipient: Recipient, state: str, zone: ZoneInfo
) -> Breaches:
    """Return what the link would break, by the term at fault; empty where it may be issued under these terms."""
    found: Breaches = {}
    if state != "accepted":
        found["agreement_version_id"] = [f"Both sides accept the agreement first; this version is {state}."]
    on_the_wall = _as_on_the_wall(link, zone)
    _add(found, breaks_terms(on_the_wall, terms))
    for part in (
        demanded(on_the_wall, demands),
        recipient_breach(terms, demands, link.contact_id, recipient.email),
        _outlived(on_the_wall, terms),
    ):
        for field, sentences in part.items():
            found.setdefault(field, []).extend(sentences)
    method = methods_by_label(terms).get(link.method)
    if method is not None and method.kind not in BY_LINK:
        _add(found, {"methods": f"{link.method} is a {title(method.kind)}: no link leads there."})
    return found


def demanded(link: LinkAllows, demands: Demands) -> Breaches:
    """Return what a link, its window as its zone's clocks show it, breaks of what is demanded, by the demand."""
    return {_DEMANDED.get(name, name): [said] for name, said in breaks_demands(link, demands).items()}


def _outlived(link: LinkAllows, terms: Terms) -> Breaches:
    """Return what the link's method cannot carry on the link's last day, where the exception ends before that."""
    standing = answered(suitability(terms), terms, on=link.ends_at.date())
    ended = [one for one in standing if one.answered_by is None and one.code.endswith(f".{link.method}")]
    return {"exceptions": [f"{one.why} Its exception ends before the link does." for one in ended]} if ended else {}


def target_breach(url: str, hosts: Collection[str]) -> str | None:
    """Say why a link may not hand off to ``url``, or ``None``: https, a host of the project's list, nothing hidden."""
    if len(url) > TARGET_LENGTH_MAX or not url.isascii() or not url.isprintable() or "\\" in url or " " in url:
        return "Write the address in plain characters, without blanks."
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return "This is no address."
    hides_a_user = parts.username is not None or parts.password is not None or "@" in parts.netloc
    claims = (
        (parts.scheme != "https", "Hand off to an address that begins with https://."),
        (hides_a_user, "An address with a user in it hides where it leads."),
        (port not in (None, 443), "Hand off to the usual port of https."),
        (parts.hostname not in hosts, f"{parts.hostname or 'No host'} is not on the project's list of hosts."),
    )
    return next((sentence for is_so, sentence in claims if is_so), None)


def host_of(url: str) -> str:
    """Return the host of an address that was let pass."""
    return str(urlsplit(url).hostname)


def room_breach(kind: MethodKind, media_path: str | None) -> str | None:
    """Say why the house's own screening room cannot show a version by this method, or ``None``."""
    if kind not in IN_THE_ROOM:
        return f"A {title(kind)} happens elsewhere: give the address to hand off to."
    if not media_path:
        return "This version has no file in the screening room: give its path there, or an address to hand off to."
    return None


_DEMANDED = {
    "longest_link_days": "demands.longest_link_days",
    "most_views": "demands.most_views",
    "forbids_download": "demands.forbids_download",
    "needs_release": "demands.needs_release",
    "asks_passphrase": "demands.asks_passphrase",
    "asks_totp": "demands.asks_totp",
    "needs_nda": "demands.needs_nda",
    "needs_watermark": "demands.needs_watermark",
}


def _add(found: Breaches, sentences: dict[str, str]) -> None:
    for field, sentence in sentences.items():
        if sentence not in found.setdefault(field, []):
            found[field].append(sentence)


def _chosen(wished: bool | None, asked: bool) -> bool:  # noqa: FBT001 - two claims, in one order
    return asked if wished is None else wished


def _days_later(starts_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Return the same wall time so many days later; where the clocks leave it out, the time they go on with."""
    wall = starts_at.astimezone(zone).replace(tzinfo=None) + timedelta(days=days)
    return wall.replace(tzinfo=zone, fold=0).astimezone(UTC)


def _check_window(starts_at: datetime, ends_at: datetime, now: datetime) -> None:
    if ends_at <= starts_at:
        sentence = "The link ends before it begins."
        raise BadLink(sentence, fields={"ends_at": [sentence]})
    if ends_at <= now:
        sentence = "The link would be over already."
        raise BadLink(sentence, fields={"ends_at": [sentence]})


def _as_on_the_wall(link: LinkAllows, zone: ZoneInfo) -> LinkAllows:
    """Return the link with its window as the clocks of ``zone`` show it, so that days are days of the calendar."""
    starts_at, ends_at = (
        moment.astimezone(zone).replace(tzinfo=UTC, fold=0) for moment in (link.starts_at, link.ends_at)
    )
    return replace(link, starts_at=starts_at, ends_at=ends_at)

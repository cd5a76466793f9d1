"""Who could have seen a version between two moments: one statement over views, links, rooms, drives and the house.

Views are told link by link. A link counts while it was live, released and not revoked; freezes are left out of account,
so that it is rather told too much than too little. People of the house who handled a version before the span ended are
told whenever that was: what they saw they go on knowing.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Label,
    Select,
    String,
    Uuid,
    case,
    cast,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from answerprint.core.actor import Actor
from answerprint.core.types import UtcDateTime
from facility.models import Person
from reviews.models.agreements import AgreementVersion
from reviews.models.attendance import Attendance, Screening, Shipment
from reviews.models.links import Download, ScreeningLink, View
from reviews.models.materials import MaterialVersion
from reviews.models.parties import Contact
from reviews.queries.materials import version_by_id
from reviews.rules.documents import read_terms
from reviews.rules.leaks import OF_HOUSE, Exposure, Way, check_span
from reviews.rules.vocabulary import Proof

_NOBODY_PROVED = "nobody came, so nothing was proved"
_RECEIVED, _SENT = "receipt confirmed to the house", "sent to them, receipt not confirmed"
_NO_TIME, _NO_TEXT = cast(null(), UtcDateTime()), cast(null(), String())
_WAYS = {way.value: way for way in Way}
_Person = InstrumentedAttribute[UUID] | InstrumentedAttribute[UUID | None]
_Time = InstrumentedAttribute[datetime] | InstrumentedAttribute[datetime | None]
_Part = Select[Any]


def exposure(
    session: Session, actor: Actor, material_version_id: UUID, since: datetime, until: datetime
) -> Sequence[Exposure]:
    """Return each way in which somebody could have seen a version between two moments, the first first.

    Raises ``Invalid`` naming ``until``, ``UnknownReview`` or ``UnknownProject``.
    """
    check_span(since, until)
    version_by_id(session, actor, material_version_id)
    marks: dict[str, str] = {}
    # Taken by place and not by name: there may be thousands.
    return [
        Exposure(
            way=_WAYS[way],
            contact_id=who if way not in OF_HOUSE else None,
            person_id=who if way in OF_HOUSE else None,
            name=name,
            proof=proof,
            first_at=first_at,
            last_at=last_at,
            times=times,
            mark=mark if terms is None else _mark_of(terms, marks),
            over=over,
            source_id=source_id,
        )
        for way, who, name, proof, first_at, last_at, times, mark, terms, over, source_id in session.execute(
            _statement(material_version_id, since, until)
        )
    ]


def _statement(version_id: UUID, since: datetime, until: datetime) -> CompoundSelect[Any]:
    parts = (
        _watched(version_id, since, until),
        _held_link(version_id, since, until),
        _took_along(version_id, until),
        _in_room(version_id, since, until),
        _held_carrier(version_id, since, until),
        *_of_house(version_id, until),
    )
    return union_all(*parts).order_by("first_at", "name", "way")


def _watched(version_id: UUID, since: datetime, until: datetime) -> _Part:
    seen = (
        select(
            View.link_id,
            View.proof,
            func.min(View.granted_at).label("first_at"),
            func.max(View.ends_at).label("last_at"),
            func.count().label("times"),
        )
        .where(*_in_span(version_id, since, until))
        .group_by(View.link_id, View.proof)
        .subquery()
    )
    return (
        select(
            *_who(Way.WATCHED),
            seen.c.proof.label("proof"),
            seen.c.first_at.label("first_at"),
            seen.c.last_at.label("last_at"),
            seen.c.times.label("times"),
            ScreeningLink.watermark.label("mark"),
            _NO_TEXT.label("terms"),
            _over_link(),
            ScreeningLink.id.label("source_id"),
        )
        .select_from(seen)
        .join(ScreeningLink, ScreeningLink.id == seen.c.link_id)
        .join(Contact, Contact.id == ScreeningLink.contact_id)
    )


def _held_link(version_id: UUID, since: datetime, until: datetime) -> _Part:
    link = ScreeningLink
    ended = case((link.revoked_at < link.ends_at, link.revoked_at), else_=link.ends_at)
    began = case((link.released_at > link.starts_at, link.released_at), else_=link.starts_at)
    watched = exists().where(View.link_id == link.id, *_in_span(version_id, since, until))
    return (
        select(
            *_who(Way.HELD_LINK),
            literal(_NOBODY_PROVED).label("proof"),
            began.label("first_at"),
            ended.label("last_at"),
            literal(0).label("times"),
            link.watermark.label("mark"),
            _NO_TEXT.label("terms"),
            _over_link(),
            link.id.label("source_id"),
        )
        .join(Contact, Contact.id == link.contact_id)
        .where(
            link.material_version_id == version_id,
            or_(link.needs_release.is_(False), link.released_at.is_not(None)),
            began < until,
            ended > since,
            ~watched,
        )
    )


def _took_along(version_id: UUID, until: datetime) -> _Part:
    """Return the part that tells who downloaded the file before the span ended: they go on having it."""
    took = (
        select(
            Download.link_id,
            View.proof,
            func.min(Download.downloaded_at).label("first_at"),
            func.count().label("times"),
        )
        .join(View, View.id == Download.view_id)
        .where(Download.material_version_id == version_id, Download.downloaded_at < until)
        .group_by(Download.link_id, View.proof)
        .subquery()
    )
    return (
        select(
            *_who(Way.TOOK_ALONG),
            took.c.proof.label("proof"),
            took.c.first_at.label("first_at"),
            _NO_TIME.label("last_at"),
            took.c.times.label("times"),
            ScreeningLink.watermark.label("mark"),
            _NO_TEXT.label("terms"),
            _over_link(),
            ScreeningLink.id.label("source_id"),
        )
        .select_from(took)
        .join(ScreeningLink, ScreeningLink.id == took.c.link_id)
        .join(Contact, Contact.id == ScreeningLink.contact_id)
    )


def _in_room(version_id: UUID, since: datetime, until: datetime) -> _Part:
    return (
        select(
            *_who(Way.IN_ROOM),
            literal(Proof.SEEN.value).label("proof"),
            Attendance.signed_in_at.label("first_at"),
            Screening.ends_at.label("last_at"),
            *_marked(literal("room ") + Screening.room, Screening.id),
        )
        .join(Attendance, Attendance.contact_id == Contact.id)
        .join(Screening, Screening.id == Attendance.screening_id)
        .join(AgreementVersion, AgreementVersion.id == Screening.agreement_version_id)
        .where(
            Screening.material_version_id == version_id,
            Attendance.signed_in_at < until,
            Screening.ends_at > since,
        )
    )


def _held_carrier(version_id: UUID, since: datetime, until: datetime) -> _Part:
    return (
        select(
            *_who(Way.HELD_CARRIER),
            case((Shipment.received_at.is_not(None), _RECEIVED), else_=_SENT).label("proof"),
            Shipment.shipped_at.label("first_at"),
            Shipment.ended_at.label("last_at"),
            *_marked(Shipment.carrier_kind + literal(" ") + Shipment.serial, Shipment.id),
        )
        .join(Shipment, Shipment.contact_id == Contact.id)
        .join(AgreementVersion, AgreementVersion.id == Shipment.agreement_version_id)
        .where(
            Shipment.material_version_id == version_id,
            Shipment.shipped_at < until,
            or_(Shipment.ended_at.is_(None), Shipment.ended_at > since),
        )
    )


def _of_house(version_id: UUID, until: datetime) -> tuple[_Part, ...]:
    """Return the parts that tell who of the house had the version in hand, whenever before the span ended."""
    link, shown, sent, version = ScreeningLink, Screening, Shipment, MaterialVersion
    of_link, of_room, of_carrier = (one.material_version_id == version_id for one in (link, shown, sent))
    room, carrier, file = literal("room ") + shown.room, sent.carrier_kind + " " + sent.serial, literal("the file")
    parts = (
        (Way.REGISTERED, version.registered_by, version.registered_at, file, (version.id == version_id,)),
        (Way.ISSUED, link.issued_by, link.issued_at, _over_link(), (of_link,)),
        (Way.RELEASED, link.released_by, link.released_at, _over_link(), (of_link,)),
        (Way.HOSTED, shown.host_id, shown.starts_at, room, (of_room, shown.state != "cancelled")),
        (Way.SHIPPED, sent.shipped_by, sent.shipped_at, carrier, (of_carrier,)),
    )
    return tuple(_by(way, who, at, over, version_id, *claims, at < until) for way, who, at, over, claims in parts)


def _by(
    way: Way, who: _Person, at: _Time, over: ColumnElement[str], version_id: UUID, *claims: ColumnElement[bool]
) -> _Part:
    """Return a part that tells each person of the house once for each that it was over, and when first."""
    told = over.label("over")
    found = select(who.label("who"), told, func.min(at).label("first_at"), func.count().label("times"))
    had = found.where(*claims).group_by(who, told).subquery()
    return (
        select(
            *_who(way),
            literal(Proof.SIGNED_IN.value).label("proof"),
            had.c.first_at.label("first_at"),
            _NO_TIME.label("last_at"),
            had.c.times.label("times"),
            literal("").label("mark"),
            _NO_TEXT.label("terms"),
            had.c.over.label("over"),
            cast(literal(version_id, Uuid()), Uuid()).label("source_id"),
        )
        .select_from(had)
        .join(Person, Person.id == had.c.who)
    )


def _who(way: Way) -> tuple[Label[Any], ...]:
    account = Person if way in OF_HOUSE else Contact
    return literal(way.value).label("way"), account.id.label("who"), account.name.label("name")


def _marked(over: ColumnElement[str], source: InstrumentedAttribute[UUID]) -> tuple[Label[Any], ...]:
    """Return the columns of what has its mark in the agreement's terms."""
    terms = AgreementVersion.terms.label("terms")
    return literal(1).label("times"), literal("").label("mark"), terms, over.label("over"), source.label("source_id")


def _over_link() -> Label[str]:
    room, platform = literal("screening link, in the house's own room"), literal("screening link, to ")
    is_room = ScreeningLink.target_host.is_(None)
    return case((is_room, room), else_=platform + func.coalesce(ScreeningLink.target_host, "")).label("over")


def _in_span(version_id: UUID, since: datetime, until: datetime) -> tuple[ColumnElement[bool], ...]:
    return View.material_version_id == version_id, View.granted_at < until, View.ends_at > since


def _mark_of(terms: str, known: dict[str, str]) -> str:
    """Return the watermark that terms instruct; the terms of many rows are read once."""
    if terms not in known:
        known[terms] = read_terms(terms).security.watermark
    return known[terms]

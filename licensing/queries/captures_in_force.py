"""Which capture of a server was the newest at a moment that a statement tells of.

Captures that show the same numbers are judged as one, by the first of them; but who held the seats may have changed
since, and only the newest one up to a moment says who it was.
"""

from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from licensing.models.observed import Capture
from licensing.queries.captures import newest_first
from licensing.queries.statement_lines import JudgedProduct
from licensing.rules.statement import Moment

_FIRST, _NEWEST = aliased(Capture), aliased(Capture)
_IN_FORCE = (
    select(_NEWEST.id)
    .join(_FIRST, _FIRST.server_id == _NEWEST.server_id)
    .where(_FIRST.id == bindparam("first"), _NEWEST.taken_at <= bindparam("at", type_=Capture.taken_at.type))
    .order_by(*newest_first(_NEWEST))
    .limit(1)
)


def told_by_newest(session: Session, found: JudgedProduct) -> JudgedProduct:
    """Let the moments of which is told who it was rest on the captures in force at them."""
    told = {id(moment): _by_newest(session, moment) for moment in found.told}

    def renewed(moment: Moment | None) -> Moment | None:
        return told.get(id(moment), moment)

    judged = found.judgement
    return replace(
        found,
        judgement=replace(
            judged,
            peak=renewed(judged.peak),
            seen_peak=renewed(judged.seen_peak),
            highest=renewed(judged.highest),
            overages=tuple(replace(one, peak=told.get(id(one.peak), one.peak)) for one in judged.overages),
        ),
        parts=tuple(replace(one, peak=renewed(one.peak)) for one in found.parts),
    )


def _by_newest(session: Session, moment: Moment) -> Moment:
    return moment._replace(captures=tuple(_in_force(session, one, moment.at) for one in moment.captures))


def _in_force(session: Session, first: UUID, at: datetime) -> UUID:
    return session.scalars(_IN_FORCE, {"first": first, "at": at}).one()

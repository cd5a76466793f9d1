"""The lines of a statement: one product each, told from what was judged, who was seen, and which captures bear it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeAlias
from uuid import UUID

from licensing.queries.counted_parts import CountedPart, RulePart, counted_part
from licensing.queries.log_use import LogUse
from licensing.queries.observed import FeatureOn, SeenHolder
from licensing.rules.log_holders import LoggedHolder
from licensing.rules.logged_denials import Outcome
from licensing.rules.statement import Judgement, Moment, Overage, Rest, State, percent

OVERAGES_WITH_HOLDERS = 10
"""Of how many overages of a product, the greatest, the raw captures are read again for who it was."""


@dataclass(frozen=True, slots=True)
class EntitlementStep:
    """From this day on, so many seats: of all contracts, and of this one. ``None`` is uncounted."""

    on: date
    quantity: int | None
    of_this_contract: int | None


@dataclass(frozen=True, slots=True)
class OwnCheckout:
    """A checkout made here; ``ends_at`` is when it ended or will end."""

    checkout_id: UUID
    product_id: UUID
    quantity: int
    holder: str
    host: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class PeakUse:
    """A moment of use, and who it was: by captures, by event logs, and by checkouts made here.

    A server whose log proves more seats than its capture names stands in ``logged``, any other in ``holders``. Both are
    ``None`` where they were not read for it.
    """

    moment: Moment
    holders: tuple[SeenHolder, ...] | None
    checkouts: tuple[OwnCheckout, ...]
    logged: tuple[LoggedHolder, ...] | None = None


@dataclass(frozen=True, slots=True)
class OverageEpisode:
    """Use beyond the lots without a break, and who it was at its peak."""

    overage: Overage
    peak: PeakUse


@dataclass(frozen=True, slots=True)
class LedgerUse:
    """What our own checkouts alone say: an exact series. ``peak`` is ``None`` where there were none."""

    checkouts: int
    peak: Moment | None


@dataclass(frozen=True, slots=True)
class ObservedUse:
    """What licence servers say, by their logs and captures; ``captures`` is how many of these the period has.

    ``coverage`` is the percent of the period in which all servers bound the use from both sides. ``peak`` is the
    highest use that was proven; ``None`` where nothing was seen.
    """

    servers: int
    captures: int
    coverage: str
    peak: Moment | None


@dataclass(frozen=True, slots=True)
class CaptureEvidence:
    """A capture that a peak rests on; its text can be fetched and hashed."""

    capture_id: UUID
    server_id: UUID
    server: str
    taken_at: datetime
    sha256: str


@dataclass(frozen=True, slots=True)
class StatementLine:
    """One product of the contract. ``lower`` is the use that logs and captures prove, ``upper`` the highest possible.

    ``peak`` is the highest certain use, by servers or checkouts, and ``highest`` the moment of ``upper``. They are
    ``None`` where nothing is known. ``rests`` says what each stretch of the period rests on, ``moments`` are all that
    was judged. ``logs`` is what event logs say alone; ``None`` where there are none. ``counting_version`` is the
    version of the counting rule in force at the end; ``None`` where none was set. ``counting`` splits the period where
    the rule changed and counts the peak of each part by its own.
    """

    product_id: UUID
    product: str
    state: State
    entitlement: tuple[EntitlementStep, ...]
    lower: int | None
    upper: int | None
    peak: PeakUse | None
    highest: Moment | None
    overages: tuple[OverageEpisode, ...]
    ledger: LedgerUse
    observed: ObservedUse
    evidence: tuple[CaptureEvidence, ...]
    rests: tuple[Rest, ...]
    moments: tuple[Moment, ...]
    logs: LogUse | None = None
    counting_version: int | None = None
    counting: tuple[CountedPart, ...] = ()

    @property
    def true_denials(self) -> int | None:
        """How often somebody went without, as logs tell; ``None`` where none does, or they are not recorded."""
        return self.logs.denials.by_outcome.get(Outcome.TRUE) if self.logs else None


@dataclass(frozen=True, slots=True)
class JudgedProduct:
    """A product that was judged, with what its line is told from. ``captures`` is how many the period has."""

    product_id: UUID
    product: str
    entitlement: tuple[EntitlementStep, ...]
    judgement: Judgement
    checkouts: Sequence[OwnCheckout]
    features: Collection[FeatureOn]
    captures: int
    logs: LogUse | None = None
    counting_version: int | None = None
    parts: tuple[RulePart, ...] = ()

    @property
    def told(self) -> list[Moment]:
        """The moments of which is told who it was: the peaks, of each counting rule too, and the greatest overages'."""
        greatest = sorted(self.judgement.overages, key=lambda one: one.peak.over, reverse=True)
        peaks = [one.peak for one in greatest[:OVERAGES_WITH_HOLDERS]]
        peaks += [one.peak for one in self.parts if one.peak is not None]
        return [self.judgement.peak, *peaks] if self.judgement.peak else peaks

    @property
    def borne_by(self) -> set[UUID]:
        """The captures that any peak rests on."""
        judged = self.judgement
        peaks = [judged.peak, judged.seen_peak, judged.highest, *(one.peak for one in judged.overages)]
        peaks += [one.peak for one in self.parts]
        return {capture for moment in peaks if moment is not None for capture in moment.captures}


LoggedPeaks: TypeAlias = Mapping[tuple[UUID, datetime], tuple[LoggedHolder, ...]]
"""Who held seats by event logs, by product and moment."""


@dataclass(frozen=True, slots=True)
class Witnesses:
    """The captures that peaks rest on, and the holders that those among them show which were read again.

    ``logged`` are the holders by event logs, where these tell more.
    """

    captures: Mapping[UUID, CaptureEvidence]
    holders: Sequence[SeenHolder]
    logged: LoggedPeaks


def statement_line(found: JudgedProduct, witnesses: Witnesses) -> StatementLine:
    """Tell a product's line."""
    judged = found.judgement
    evidence = [witnesses.captures[capture] for capture in found.borne_by]
    return StatementLine(
        product_id=found.product_id,
        product=found.product,
        state=judged.state,
        entitlement=found.entitlement,
        lower=judged.seen_peak.low if judged.seen_peak else None,
        upper=judged.highest.at_most if judged.highest else None,
        peak=_peak(judged.peak, found, witnesses) if judged.peak else None,
        highest=judged.highest,
        overages=tuple(OverageEpisode(one, _peak(one.peak, found, witnesses)) for one in judged.overages),
        ledger=LedgerUse(checkouts=len(found.checkouts), peak=judged.ledger_peak),
        observed=ObservedUse(
            servers=len({feature.server_id for feature in found.features}),
            captures=found.captures,
            coverage=percent(judged.coverage),
            peak=judged.seen_peak,
        ),
        evidence=tuple(sorted(evidence, key=lambda one: (one.taken_at, one.server))),
        rests=judged.rests,
        moments=judged.moments,
        logs=found.logs,
        counting_version=found.counting_version,
        counting=tuple(
            counted_part(one, _seen(one.peak, found, witnesses) if one.peak else None) for one in found.parts
        ),
    )


def _peak(moment: Moment, found: JudgedProduct, witnesses: Witnesses) -> PeakUse:
    logged = witnesses.logged.get((found.product_id, moment.at), ())
    by_log = {one.server_id for one in logged}
    seen = tuple(one for one in _seen(moment, found, witnesses) if one.server_id not in by_log)
    is_told = moment in found.told
    return PeakUse(
        moment=moment,
        holders=seen if is_told else None,
        checkouts=tuple(one for one in found.checkouts if one.starts_at <= moment.at < one.ends_at),
        logged=logged if is_told else None,
    )


def _seen(moment: Moment, found: JudgedProduct, witnesses: Witnesses) -> tuple[SeenHolder, ...]:
    """Return the holders that the captures of a moment list."""
    names = {(feature.server_id, feature.feature) for feature in found.features}
    return tuple(
        holder
        for holder in witnesses.holders
        if holder.capture_id in moment.captures and (holder.server_id, holder.feature) in names
    )

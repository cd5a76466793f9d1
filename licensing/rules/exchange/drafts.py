"""Lots that are about to be imported, row by row, and what is wrong with which."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from licensing.collectors.licence_hints import EntitlementHint
from licensing.collectors.table_cells import RowError
from licensing.rules.exchange.file_claims import FileClaim
from licensing.rules.lots import LotEntry, faults_of_lot

LOTS_MAX = 2_000
_NAME_MAX, _NUMBER_MAX, _SITE_MAX = 120, 80, 120


@dataclass(frozen=True, slots=True, kw_only=True)
class LotDraft:
    """A lot as a text states it. ``line`` is its line, or the number of its entry where the text has no lines.

    ``ref`` is what other rows of the text call it, ``tops_up`` the row that it adds to.
    """

    line: int
    vendor: str
    product: str
    contract: str
    entry: LotEntry
    ref: str = ""
    tops_up: str = ""


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would enter, and what is wrong with it. With one row at fault nothing is entered.

    ``hints`` are never entered: what a licence file says of itself, and as ``claims`` beside what the lots say.
    """

    rows: tuple[LotDraft, ...]
    errors: tuple[RowError, ...]
    hints: tuple[EntitlementHint, ...] = ()
    claims: tuple[FileClaim, ...] = ()

    @property
    def can_be_carried_out(self) -> bool:
        """Whether there is something to enter, and nothing is wrong."""
        return bool(self.rows) and not self.errors


def preview_of(drafts: Sequence[LotDraft], errors: Sequence[RowError]) -> Preview:
    """Hold the drafts against the rules of lots and against each other."""
    found = [*errors, *_faults(drafts)]
    if not errors:
        # A row that could not be read may be the one that is topped up.
        found += _faults_of_top_ups(drafts)
    if len(drafts) > LOTS_MAX:
        found.append(RowError(0, "", f"At most {LOTS_MAX} lots are imported at once: send them in parts."))
    return Preview(tuple(drafts), tuple(sorted(found, key=lambda error: (error.line, error.column))))


def _faults(drafts: Sequence[LotDraft]) -> Iterator[RowError]:
    named = {draft.ref: draft for draft in drafts if draft.ref}
    for draft in drafts:
        yield from _faults_of_names(draft)
        for field, sentences in faults_of_lot(draft.entry).items():
            yield RowError(draft.line, field, " ".join(sentences))
        if draft.ref and named[draft.ref] is not draft:
            yield RowError(draft.line, "ref", f"“{draft.ref}” names two rows: name each once.")


def _faults_of_top_ups(drafts: Sequence[LotDraft]) -> Iterator[RowError]:
    named = {draft.ref: draft for draft in drafts if draft.ref}
    for draft in drafts:
        if draft.tops_up:
            yield from _faults_of_top_up(draft, named.get(draft.tops_up))


def _faults_of_names(draft: LotDraft) -> Iterator[RowError]:
    entry = draft.entry
    limits = {
        "vendor": (draft.vendor, 1, _NAME_MAX),
        "product": (draft.product, 1, _NAME_MAX),
        "contract": (draft.contract, 1, _NUMBER_MAX),
        "site": (entry.site, 0, _SITE_MAX),
        "order_number": (entry.order_number, 0, _NUMBER_MAX),
        "feature": (entry.feature, 0, _NAME_MAX),
    }
    for column, (text, least, most) in limits.items():
        if not least <= len(text) <= most or (text and not text.isprintable()):
            yield RowError(draft.line, column, f"Write {least} to {most} letters that can be seen.")


def _faults_of_top_up(draft: LotDraft, topped_up: LotDraft | None) -> Iterator[RowError]:
    if topped_up is None or topped_up.tops_up:
        yield RowError(draft.line, "tops_up", "A top-up names another row of the text, which is no top-up itself.")
    elif (topped_up.vendor, topped_up.product) != (draft.vendor, draft.product):
        yield RowError(draft.line, "tops_up", "A top-up adds to a lot of the same product.")
    elif topped_up.entry.metric != draft.entry.metric:
        yield RowError(draft.line, "metric", f"A top-up counts what its lot counts: {topped_up.entry.metric}.")

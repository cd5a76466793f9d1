"""Licence files of FlexNet and RLM as drafts of lots under one contract."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from licensing.collectors.flexnet_licence import read_flexnet_licence
from licensing.collectors.licence_hints import EntitlementHint, LicenceFile
from licensing.collectors.rlm_licence import read_rlm_licence
from licensing.collectors.table_cells import RowError
from licensing.models.catalogue import Metric, OveragePolicy, Term
from licensing.rules.exchange.drafts import LotDraft, Preview, preview_of
from licensing.rules.lots import LotEntry


@dataclass(frozen=True, slots=True)
class LicenceTarget:
    """Whose licence file it is, and under which contract its lots stand.

    ``starts_on`` holds where the file states no start. ``products`` are those that features are known as; another
    feature is a product of its own name.
    """

    vendor: str
    contract: str
    starts_on: date
    products: Mapping[str, str]


def read_flexnet_lots(text: str, target: LicenceTarget) -> Preview:
    """Read a FlexNet licence file; a line that is not understood is an error of its line."""
    return _read(text, target, read_flexnet_licence)


def read_rlm_lots(text: str, target: LicenceTarget) -> Preview:
    """Read an RLM licence file; a line that is not understood is an error of its line."""
    return _read(text, target, read_rlm_licence)


def _read(text: str, target: LicenceTarget, reader: Callable[[str], LicenceFile]) -> Preview:
    file = reader(text.replace("\r\n", "\n"))
    errors = [RowError(one.line, "", f"This line is not understood: {one.reason}.") for one in file.diagnostics]
    return preview_of([_draft(hint, target) for hint in file.hints], errors)


def _draft(hint: EntitlementHint, target: LicenceTarget) -> LotDraft:
    starts_on = hint.starts or hint.issued or target.starts_on
    if hint.ends is not None and hint.ends < starts_on:
        starts_on = hint.ends  # issued anew after its end: the day it ended is all that it surely covered
    entry = LotEntry(
        metric=_metric(hint),
        quantity=hint.quantity,
        starts_on=starts_on,
        ends_on=hint.ends,
        term=(Term.PERPETUAL if hint.ends is None else Term.SUBSCRIPTION).value,
        overage_policy=(OveragePolicy.SOFT if _overage(hint) else OveragePolicy.HARD).value,
        overage_quantity=_overage(hint),
        order_number=(hint.line_item or hint.serial or "")[:80],
        feature=hint.feature,
        bundle=tuple(dict.fromkeys(hint.components)),
    )
    product = target.products.get(hint.feature, hint.feature)
    return LotDraft(line=hint.line, vendor=target.vendor, product=product, contract=target.contract, entry=entry)


def _metric(hint: EntitlementHint) -> str:
    if hint.metric is not None:
        return (Metric.TOKEN if "token" in hint.metric.lower() else Metric.OTHER).value
    return (Metric.NODE_LOCKED if hint.node_locked else Metric.CONCURRENT_USER).value


def _overage(hint: EntitlementHint) -> int | None:
    return hint.overdraft if hint.overdraft and hint.quantity is not None else None

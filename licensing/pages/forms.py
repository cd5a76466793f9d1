"""The forms of the licensing pages: what the use cases ask for, typed as text.

A field that is left empty is left out. What a contract or a lot may say is for the use cases; here only what each field
is.
"""

import re
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate

from licensing.collectors.registry import CollectorKind
from licensing.models.catalogue import Metric, OveragePolicy, Purpose, Term
from licensing.models.entitlements import AssigneeKind

Messages = dict[str, str | list[Any] | dict[Any, Any]]

_FILL_IN: Messages = {"required": "Fill this in."}
_CHOOSE: Messages = {"required": "Choose one.", "invalid_uuid": "Choose one of the list."}


class WholeNumber(fields.Field[int]):
    """A whole number in plain digits: no sign, no separators, no fraction."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> int:
        if not isinstance(value, str) or re.fullmatch(r"[0-9]{1,9}", value, re.ASCII) is None:
            raise ValidationError("Write a whole number in digits, such as 12.")
        return int(value)


class Names(fields.Field[tuple[str, ...]]):
    """Some names, parted by bars."""

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> tuple[str, ...]:
        return tuple(part.strip() for part in str(value).split("|") if part.strip())


def is_one_line(text: str) -> None:
    """Raise ``ValidationError`` for text with characters that cannot be seen."""
    if not text.isprintable():
        raise ValidationError("Write letters that can be seen, on one line.")


def _line(limit: int, *, required: bool = False) -> fields.String:
    return fields.String(
        required=required,
        error_messages=_FILL_IN,
        validate=[validate.Length(max=limit, error=f"At most {limit} letters."), is_one_line],
    )


def _number(*, required: bool = False) -> WholeNumber:
    return WholeNumber(required=required, error_messages=_FILL_IN)


def _day(*, required: bool = False) -> fields.Date:
    return fields.Date(required=required, error_messages=_FILL_IN | {"invalid": "Write a day such as 2026-03-14."})


def _chosen() -> fields.UUID:
    return fields.UUID(required=True, error_messages=_CHOOSE)


def _one_of(words: list[str], *, required: bool = True) -> fields.String:
    one_of = validate.OneOf(words, error="Choose one of the list.")
    return fields.String(required=required, error_messages=_CHOOSE, validate=one_of)


class VendorForm(Schema):
    """A vendor to add."""

    name = _line(120, required=True)


class ProductForm(Schema):
    """A product to add."""

    vendor_id = _chosen()
    name = _line(120, required=True)


class FeatureForm(Schema):
    """A feature of a server that counts for a product."""

    product_id = _chosen()
    server_id = _chosen()
    name = _line(240, required=True)


class ServerForm(Schema):
    """A licence server to add."""

    name = _line(120, required=True)
    kind = _one_of([kind.value for kind in CollectorKind])
    host = _line(240)
    zone = _line(60, required=True)
    stale_after_seconds = _number(required=True)


class CaptureForm(Schema):
    """What a licence server printed, pasted; a file comes beside the form. ``taken_at`` is by the server's clock."""

    text = fields.String()
    taken_at = fields.NaiveDateTime(error_messages={"invalid": "Write a time such as 2026-03-14T09:26."})


class _ContractTerms(Schema):
    number = _line(80, required=True)
    title = _line(200)
    starts_on = _day(required=True)
    ends_on = _day()
    notice_on = _day()
    cooling_off_days = _number()


class NewContractForm(_ContractTerms):
    """A contract to enter."""

    vendor_id = _chosen()


class ContractForm(_ContractTerms):
    """What is written of a contract, whole, and the version that was read."""

    version = _number(required=True)


class _LotTerms(Schema):
    metric = _one_of([metric.value for metric in Metric])
    quantity = _number()
    starts_on = _day(required=True)
    ends_on = _day()
    site = _line(120)
    price = _line(24)
    currency = _line(3)
    overage_policy = _one_of([policy.value for policy in OveragePolicy])
    overage_quantity = _number()
    term = _one_of([term.value for term in Term], required=False)
    purpose = _one_of([purpose.value for purpose in Purpose], required=False)
    maintenance_until = _day()
    order_number = _line(80)
    feature = _line(120)
    downgrade_to = Names()
    bundle = Names()
    topped_up_lot_id = fields.UUID(error_messages=_CHOOSE)


class NewLotForm(_LotTerms):
    """A lot to enter; without a quantity it is uncounted."""

    product_id = _chosen()


class LotForm(_LotTerms):
    """What is written of a lot, whole, and the version that was read; ``from_day`` begins another lot with it."""

    from_day = _day()
    version = _number(required=True)


class CheckOutForm(Schema):
    """Seats to check out."""

    holder = _line(120, required=True)
    host = _line(240)
    quantity = _number(required=True)
    minutes = _number(required=True)
    borrowed_days = _number()
    project_id = fields.UUID(error_messages=_CHOOSE)


class KeyForm(Schema):
    """A licence key to keep."""

    key = fields.String(required=True, error_messages=_FILL_IN)


class DocumentForm(Schema):
    """A document's name, where it is to be another than the file's."""

    name = _line(200)


class AssignForm(Schema):
    """A named seat to assign."""

    kind = _one_of([kind.value for kind in AssigneeKind])
    assignee = _line(120, required=True)


class SwapForm(Schema):
    """Whose a named seat is to be, and the version that was read."""

    assignee = _line(120, required=True)
    version = _number(required=True)


class LeaversForm(Schema):
    """Those who leave, a line each."""

    leavers = fields.String(required=True, error_messages=_FILL_IN)


class SeenFeatureForm(Schema):
    """A feature of a server that counts for no product."""

    server_id = _chosen()
    name = fields.String(required=True, error_messages=_FILL_IN, validate=validate.Length(max=240))


class MatchForm(SeenFeatureForm):
    """A feature, and the product that it is or is not."""

    product_id = _chosen()

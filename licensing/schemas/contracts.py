"""What comes in and goes out of contracts and their lots. Days are ISO dates; money is decimal text and a currency."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, VERSION, choice, day, identifier, line, next_field, texts, whole, words
from licensing.models.catalogue import Metric, OveragePolicy, Purpose, Term
from licensing.rules.contracts import COOLING_OFF_MAX
from licensing.rules.lots import RIGHT_LENGTH_MAX, RIGHTS_MAX


class ContractPatch(Schema):
    """What of a contract is to become another; what is left out stays."""

    number = words("The contract's number, once for each vendor.", "F-2026-01", longest=80, required=False)
    title = line("What it is called.", "Nuke maintenance", longest=200)
    starts_on = day("The first day it covers.", "2026-01-01")
    ends_on = day("The last day it covers; null is without end.", "2026-12-31", may_lack=True)
    notice_on = day("The last day to give notice, before its end.", "2026-09-30", may_lack=True)
    cooling_off_days = fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=COOLING_OFF_MAX),
        metadata={"description": "Days for which a named seat cannot become another's.", "example": 30},
    )


class ContractIn(ContractPatch):
    """A contract to enter."""

    vendor_id = identifier("The licensor.", required=True)
    number = words("The contract's number, once for each vendor.", "F-2026-01", longest=80)
    starts_on = day("The first day it covers.", "2026-01-01", required=True)


class ContractOut(ContractPatch):
    """A contract."""

    id = fields.UUID(metadata=ID)
    vendor_id = identifier("The licensor.")
    version = fields.Integer(metadata=VERSION)


class ContractPage(Schema):
    """Some contracts."""

    items = fields.List(fields.Nested(ContractOut), metadata={"description": "The next to act on first."})
    next = next_field()


class LotPatch(Schema):
    """What of a lot is to become another; what is left out stays."""

    metric = choice("What is counted, in CycloneDX words.", "concurrent-user", Metric)
    quantity = whole("Seats; null is uncounted.", 10, may_lack=True)
    starts_on = day("The first day it covers.", "2026-01-01")
    ends_on = day("The last day it covers; null is without end.", "2026-12-31", may_lack=True)
    site = line("Where it may be used.", "Soho", longest=120)
    price = fields.String(
        allow_none=True, metadata={"description": "For the whole term, decimal text.", "example": "1200.00"}
    )
    currency = fields.String(allow_none=True, metadata={"description": "ISO 4217, with a price.", "example": "EUR"})
    overage_policy = choice("What the contract says of use beyond.", "hard", OveragePolicy)
    overage_quantity = whole("Seats beyond; null is without stated bound.", 2, may_lack=True)
    term = choice("For good, while it is paid, or for a show.", "subscription", Term)
    purpose = choice("What it may be used for.", "commercial", Purpose)
    maintenance_until = day("The last day of a perpetual lot's maintenance.", "2026-12-31", may_lack=True)
    order_number = line("The order's number.", "PO-4711", longest=80)
    feature = line("What its licence file calls the product.", "nuke_i", longest=120)
    downgrade_to = texts("What may be used instead.", ["Nuke 13"], longest=RIGHT_LENGTH_MAX, most=RIGHTS_MAX)
    bundle = texts("What comes with it.", ["Hiero"], longest=RIGHT_LENGTH_MAX, most=RIGHTS_MAX)
    topped_up_lot_id = identifier("The lot that this one tops up.", may_lack=True)


class LotChangeIn(LotPatch):
    """Other terms of a lot from a day on; what is left out stays."""

    starts_on = day("The first day of the other terms.", "2026-07-01", required=True)


class LotIn(LotPatch):
    """A lot to enter under a contract."""

    product_id = identifier("A product of the contract's vendor.", required=True)
    metric = choice("What is counted, in CycloneDX words.", "concurrent-user", Metric, required=True)
    quantity = whole("Seats; null is uncounted.", 10, required=True, may_lack=True)
    starts_on = day("The first day it covers.", "2026-01-01", required=True)


class LotOut(LotPatch):
    """An entitlement lot."""

    id = fields.UUID(metadata=ID)
    contract_id = identifier("The contract it stands under.")
    product_id = identifier("The product it is of.")
    version = fields.Integer(metadata=VERSION)


class LotList(Schema):
    """All lots of a contract."""

    items = fields.List(fields.Nested(LotOut), metadata={"description": "By product and start."})
    next = next_field()

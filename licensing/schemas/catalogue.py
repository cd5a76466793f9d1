"""What comes in and goes out of the catalogue: vendors, products, features, licence servers."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import ID, VERSION, choice, identifier, line, next_field, words
from licensing.collectors.registry import CollectorKind
from licensing.rules.servers import STALE_SECONDS_MAX, STALE_SECONDS_MIN


class VendorIn(Schema):
    """A vendor to add, or its new name."""

    name = words("The licensor's name.", "Foundry")


class VendorOut(VendorIn):
    """A vendor."""

    id = fields.UUID(metadata=ID)
    log = fields.String(metadata={"description": "The log that holds what concerns it.", "example": "licensor-foundry"})
    version = fields.Integer(metadata=VERSION)


class VendorPage(Schema):
    """Some vendors."""

    items = fields.List(fields.Nested(VendorOut), metadata={"description": "By name."})
    next = next_field()


class ProductPatch(Schema):
    """A product's new name."""

    name = words("The product's name.", "Nuke")


class ProductIn(ProductPatch):
    """A product to add."""

    vendor_id = identifier("The vendor whose product it is.", required=True)


class ProductOut(Schema):
    """A product."""

    id = fields.UUID(metadata=ID)
    vendor_id = identifier("The vendor whose product it is.")
    name = words("The product's name.", "Nuke")
    version = fields.Integer(metadata=VERSION)


class ProductPage(Schema):
    """Some products."""

    items = fields.List(fields.Nested(ProductOut), metadata={"description": "By vendor and name."})
    next = next_field()


class FeatureIn(Schema):
    """A feature of a licence server that is to count for a product."""

    server_id = identifier("The licence server that knows the product by this name.", required=True)
    name = words("The feature's name on that server, exactly.", "nuke_i")


class FeatureOut(Schema):
    """A feature that counts for a product."""

    id = fields.UUID(metadata=ID)
    product_id = identifier("The product it counts for.")
    server_id = identifier("The licence server.")
    name = words("The feature's name on that server.", "nuke_i")


class ProductDetailOut(ProductOut):
    """A product with its features."""

    vendor_name = words("The vendor's name.", "Foundry")
    features = fields.List(fields.Nested(FeatureOut), metadata={"description": "By server and name."})


class ServerPatch(Schema):
    """What of a licence server is to become another; what is left out stays."""

    name = words("What the house calls the server.", "lic1", required=False)
    kind = choice("Whose output it prints.", "flexnet", CollectorKind)
    zone = words("The server's time zone, a name of the IANA database.", "Europe/Berlin", longest=60, required=False)
    host = line("The machine's name.", "lic1.post.example", longest=240)
    stale_after_seconds = fields.Integer(
        strict=True,
        validate=validate.Range(min=STALE_SECONDS_MIN, max=STALE_SECONDS_MAX),
        metadata={"description": "After so many seconds its last capture is stale.", "example": 900},
    )


class ServerIn(ServerPatch):
    """A licence server to add."""

    name = words("What the house calls the server.", "lic1")
    kind = choice("Whose output it prints.", "flexnet", CollectorKind, required=True)
    zone = words("The server's time zone, a name of the IANA database.", "Europe/Berlin", longest=60)


class ServerOut(ServerPatch):
    """A licence server."""

    id = fields.UUID(metadata=ID)
    version = fields.Integer(metadata=VERSION)


class ServerPage(Schema):
    """Some licence servers."""

    items = fields.List(fields.Nested(ServerOut), metadata={"description": "By name."})
    next = next_field()

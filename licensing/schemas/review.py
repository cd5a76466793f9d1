"""What comes in and goes out of the review of features and lots."""

from marshmallow import Schema, fields

from facility.schemas.parts import choice, count, identifier, line, moment_field, next_field, words
from licensing.rules.matching import Evidence
from licensing.rules.review import ReviewCode


class SeenFeatureIn(Schema):
    """A feature of a licence server that counts for no product."""

    server_id = identifier("The licence server.", required=True)
    name = words("The feature's name on that server, exactly.", "nuke_i", longest=240)


class MatchIn(SeenFeatureIn):
    """A feature, and the product that it is or is not."""

    product_id = identifier("The product.", required=True)


class FeatureToReviewOut(SeenFeatureIn):
    """A feature that counts for no product, and which it may be."""

    server = words("The server's name.", "lic1")
    first_seen_at = moment_field("When a capture first showed it.")
    last_seen_at = moment_field("When a capture last showed it.")
    product_id = identifier("The product proposed; null where none is beyond doubt.", may_lack=True)
    product = line("Its name.", "Nuke", longest=120)
    evidence = choice("Why it is proposed; empty without a proposal.", "bears the product's name", ["", *Evidence])
    choices = fields.List(fields.UUID(), metadata={"description": "All products that are pointed at.", "example": []})
    lots = count("Lots of the proposed product that cover today.", 1)
    lot_id = identifier("The lot, where it is the only one.", may_lack=True)


class FeatureToReviewPage(Schema):
    """Some features that count for no product."""

    items = fields.List(fields.Nested(FeatureToReviewOut), metadata={"description": "By server and name."})
    next = next_field()


class ReviewFindingOut(Schema):
    """Something of the entitlements to look at."""

    code = choice("What it is about.", "unknown-feature", ReviewCode)
    product_id = identifier("Of which product, where of one.", may_lack=True)
    sentence = words("Why.", "“mari” on lic1 counts for no product.", longest=500)


class ReviewFindingList(Schema):
    """All that is to be looked at."""

    items = fields.List(fields.Nested(ReviewFindingOut), metadata={"description": "Features first, then by product."})
    next = next_field()

"""The JSON of what an agreement says: nested, strict, in the words of the controlled lists."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate

from facility.schemas.parts import day, flag_field, identifier, line, texts, words
from reviews.rules import terms as rules
from reviews.rules import vocabulary


class Word(fields.String):
    """A word of a controlled list."""

    def __init__(self, shape: type[StrEnum], **options: Any) -> None:
        super().__init__(validate=validate.OneOf([one.value for one in shape]), **options)
        self._shape = shape

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> Any:
        text = super()._deserialize(value, attr, data, **more)
        try:
            return self._shape(text)
        except ValueError as error:
            message = f"Must be one of: {', '.join(one.value for one in self._shape)}."
            raise ValidationError(message) from error


class Several(fields.List[Any]):
    """Some values: a tuple inside."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **more: Any) -> Any:
        return tuple(super()._deserialize(value, attr, data, **more))


def _word(what: str, shape: type[StrEnum], example: StrEnum, *, required: bool = False, may_lack: bool = False) -> Word:
    about = {"description": what, "example": example.value}
    return Word(shape, required=required, allow_none=may_lack, metadata=about)


def _number(what: str, example: int | None, least: int, most: int, *, may_lack: bool = False) -> fields.Integer:
    return fields.Integer(
        strict=True,
        allow_none=may_lack,
        validate=validate.Range(min=least, max=most),
        metadata={"description": what, "example": example},
    )


def _several(inner: Any, what: str, most: int, example: Any, *, required: bool = False) -> Several:
    about = {"description": what, "example": example}
    return Several(inner, required=required, validate=validate.Length(max=most), metadata=about)


def _side(what: str, example: str) -> fields.String:
    about = {"description": what, "example": example}
    return fields.String(required=True, validate=validate.OneOf(["house", "client"]), metadata=about)


class _Part(Schema):
    """Loads into the value of the rules that it speaks of."""

    shape: type[Any]

    @post_load
    def _make(self, loaded: dict[str, Any], **_: Any) -> Any:
        return self.shape(**loaded)


class PartyTermSchema(_Part):
    """Somebody with a part: a contact of the client's, or a person of the house. Called P1, P2, … in their order."""

    shape = rules.PartyTerm
    role = _word("What they are.", vocabulary.Role, vocabulary.Role.APPROVER, required=True)
    scope = _word("What an approver speaks for; all if left out.", vocabulary.Scope, vocabulary.Scope.PICTURE)
    contact_id = identifier("Somebody of the client's.", may_lack=True)
    person_id = identifier("Somebody of the house.", may_lack=True)
    place = _number("Place in the order of approval; null where none is agreed.", 1, 1, 50, may_lack=True)
    may_invite = flag_field("Whether they may ask for links for others.", example=False)


class QuorumSchema(_Part):
    """Who must approve."""

    shape = rules.Quorum
    needed = _number("How many approvers of a scope; null is all.", None, 1, 50, may_lack=True)
    in_order = flag_field("Whether in the order of their places.", example=False)


class ViewingSchema(_Part):
    """The conditions under which is judged; null where nothing is agreed, which the text says."""

    shape = rules.Viewing
    display = _word("How far the display can be trusted.", vocabulary.DisplayClass, vocabulary.DisplayClass.REFERENCE)
    colour_space = _word(
        "The primaries as shown.", vocabulary.ColourSpace, vocabulary.ColourSpace.REC709, may_lack=True
    )
    transfer = _word("The transfer function.", vocabulary.Transfer, vocabulary.Transfer.BT1886, may_lack=True)
    white = _word("The white point.", vocabulary.White, vocabulary.White.D65, may_lack=True)
    peak_nits = _number("Peak luminance in nits (cd/m²).", 100, 1, 10_000, may_lack=True)
    room = _word("Where it is watched; any if left out.", vocabulary.Room, vocabulary.Room.SUITE)
    calibrated_on = day("When the display was calibrated.", "2026-03-02", may_lack=True)
    loudness = _word("The loudness target.", vocabulary.Loudness, vocabulary.Loudness.EBU_R128, may_lack=True)
    frame_rate = fields.String(
        allow_none=True,
        validate=validate.Length(max=12),
        metadata={"description": "Frames a second.", "example": "24000/1001"},
    )
    codec = _word("The codec of what the client gets.", vocabulary.Codec, vocabulary.Codec.PRORES, may_lack=True)
    judges = _several(
        _word("A subject.", vocabulary.Subject, vocabulary.Subject.EDIT), "What may be judged this way.", 9, ["edit"]
    )


class LicenceTermSchema(_Part):
    """A viewer or plug-in that a method needs."""

    shape = rules.Licence
    what = words("What is needed.", "Review player")
    supplied_by = _side("Who supplies it.", "house")
    paid_by = _side("Who pays it.", "client")
    seats = _number("How many seats.", 2, 0, 10_000)
    product_id = identifier("The product whose seats of the house are used.", may_lack=True)


class MethodSchema(_Part):
    """A way of reviewing. Called M1, M2, … in their order, which links speak of."""

    shape = rules.Method
    kind = _word("How the client reviews.", vocabulary.MethodKind, vocabulary.MethodKind.ASYNC_LINK, required=True)
    viewing = fields.Nested(ViewingSchema, metadata={"description": "The conditions under which is judged."})
    platform = line("The platform; empty is the house's own.", "", longest=60)
    hosted_by = words("Who hosts it; the house if left out.", "house", longest=60, required=False)
    is_fallback = flag_field("Whether it is for when the others fail.", example=False)
    licences = _several(fields.Nested(LicenceTermSchema), "What it needs.", 20, [])


class SecuritySchema(_Part):
    """What protects the material."""

    shape = rules.Security
    tier = _word("How sensitive the content is.", vocabulary.Tier, vocabulary.Tier.TIER_1)
    nda_text_id = identifier("The undertaking that is accepted first.", may_lack=True)
    watermark = line("The watermark that is instructed; empty is none.", "burnt in: name and date", longest=200)
    watermark_applied_by = line("Who applies it.", "the lab", longest=200)
    watermark_evidence = line("What shows that it was.", "job id of the transcode", longest=200)
    watermark_checked_by = line("Who checks it.", "the producer", longest=200)
    allows_download = flag_field("Whether downloads are agreed; false if left out.", example=False)
    link_days = _number("Longest life of a link, in days; 7 if left out.", 7, 1, 365)
    view_limit = _number("Most views of a link; 5 if left out.", 5, 1, 1000)
    view_hours = _number("How long a view lasts, in hours; 24 if left out.", 24, 1, 720)
    recipients_only = flag_field("Whether only parties get links; true if left out.", example=True)
    domains = texts("Domains whose addresses get links too.", [], longest=253, most=50)
    places = _several(
        _word("A place.", vocabulary.Room, vocabulary.Room.OFFICE), "Places where it may be watched.", 7, ["office"]
    )
    asks_passphrase = flag_field("Whether a passphrase is asked for, told by another channel.", example=False)
    asks_totp = flag_field("Whether an authenticator is asked for.", example=False)
    needs_release = flag_field("Whether a second person releases each link.", example=False)
    retention_days = _number("How long it is kept after the review, in days.", 30, 0, 36_500, may_lack=True)
    destruction = fields.String(
        validate=validate.OneOf(["", "return", "destroy"]),
        metadata={"description": "What becomes of what was handed out; empty: nothing is.", "example": ""},
    )


class RoundsSchema(_Part):
    """How often and how fast. Days are working days of this calendar."""

    shape = rules.Rounds
    included = _number("Rounds included; 2 if left out.", 2, 1, 100)
    counts_as = line("What counts as a round.", "one consolidated set of notes", longest=500)
    overrun = line("What happens beyond those.", "by the hour", longest=500)
    client_days = _number("The client answers within so many working days; 5 if left out.", 5, 1, 260)
    house_days = _number("The house delivers within so many working days; 5 if left out.", 5, 1, 260)
    zone = words("The zone in which days are counted; UTC if left out.", "Europe/Berlin", longest=60, required=False)
    working_days = Several(
        fields.Integer(strict=True, validate=validate.Range(min=0, max=6)),
        validate=validate.Length(min=1, max=7),
        metadata={"description": "Monday is 0.", "example": [0, 1, 2, 3, 4]},
    )
    holidays = _several(fields.Date(), "Days that do not count, in order.", 400, ["2026-12-25"])
    deemed_after_days = _number(
        "Silence approves so many working days after a notice; null is never.", None, 1, 260, may_lack=True
    )


class SignOffSchema(_Part):
    """What an approval says and what it releases."""

    shape = rules.SignOff
    statement = line("What an approver says by it.", "I approve this version for delivery.", longest=2000)
    releases = line("What it releases.", "the master", longest=500)
    notify = texts("Labels of the parties who are told.", ["P2"], longest=4, most=50)


class DeviationSchema(_Part):
    """An exception that is agreed. Called X1, X2, … in their order."""

    shape = rules.Deviation
    of = words("The code of the finding that it answers.", "suitability.colour.M1", longest=60)
    reason = words("Why.", "A look test, not the final grade.", longest=500)
    owner = words("The label of the party who owns the risk.", "P1", longest=4)
    until = day("Until this day, included.", "2026-06-30", required=True)


class ProtectionSchema(_Part):
    """A protection besides those that the system enforces by itself."""

    shape = rules.Protection
    what = words("What is protected, and how.", "phones stay outside the suite", longest=300)
    held = _word("Who makes it hold.", vocabulary.Held, vocabulary.Held.EVIDENCED, required=True)
    by = words("By what it is evidenced, or by whom asserted.", "the sign-in sheet", longest=200)


class TermsSchema(_Part):
    """All that an agreement says."""

    shape = rules.Terms
    milestone = _word("What the work has come to.", vocabulary.Milestone, vocabulary.Milestone.FINE_CUT, required=True)
    deliverable = words("What is reviewed.", "Reels 1 to 5", longest=200)
    subjects = _several(
        _word("A subject.", vocabulary.Subject, vocabulary.Subject.EDIT),
        "What the client is to judge.",
        9,
        ["edit"],
        required=True,
    )
    parties = _several(fields.Nested(PartyTermSchema), "Who has a part.", 50, [], required=True)
    methods = _several(fields.Nested(MethodSchema), "How is reviewed.", 20, [], required=True)
    quorum = fields.Nested(QuorumSchema, metadata={"description": "Who must approve."})
    security = fields.Nested(SecuritySchema, metadata={"description": "What protects the material."})
    rounds = fields.Nested(RoundsSchema, metadata={"description": "How often and how fast."})
    sign_off = fields.Nested(SignOffSchema, metadata={"description": "What an approval says."})
    exceptions = _several(fields.Nested(DeviationSchema), "Exceptions.", 50, [])
    protections = _several(fields.Nested(ProtectionSchema), "Protections besides.", 50, [])
    eidr = fields.String(
        allow_none=True,
        validate=validate.Length(max=34),
        metadata={"description": "EIDR of the work.", "example": "10.5240/7791-8534-2C23-9030-8610-5"},
    )

"""What comes in and goes out of screening links and freezes. Wall times are the sender's; instants are UTC."""

from typing import Any

from marshmallow import Schema, fields, post_load, validate

from facility.schemas.parts import (
    ID,
    VERSION,
    Flag,
    choice,
    count,
    flag_field,
    identifier,
    line,
    moment_field,
    next_field,
    whole,
    words,
)
from reviews.queries.links import STATES, LinkFilters
from reviews.rules.gate import Standing
from reviews.rules.links import TARGET_LENGTH_MAX
from reviews.rules.passphrases import LENGTH_MAX, LENGTH_MIN

_MINUTES_MAX, _VIEWS_MAX, _REASON_MAX = 60 * 24 * 31, 1000, 300
SCOPES = ("contact", "client", "project", "all")


def _wall(what: str, example: str) -> fields.NaiveDateTime:
    about = {"description": what, "example": example}
    return fields.NaiveDateTime(allow_none=True, metadata=about)


def _as_agreed(what: str) -> Flag:
    about = {"description": f"{what} Null or left out: as agreed or demanded.", "example": None}
    return Flag(allow_none=True, metadata=about)


class LinkIn(Schema):
    """A link to issue. What is left out is as agreed, or as the policy demands where that is stricter."""

    agreement_version_id = identifier("The accepted version under which it is issued.", required=True)
    method = words("Which of the agreed methods, by its label.", "M1", longest=4)
    material_version_id = identifier("What it leads to.", required=True)
    contact_id = identifier("The one person it is for.", required=True)
    zone = words("IANA zone in which its times are meant.", "Europe/Berlin", longest=60)
    starts_at = _wall("Wall time from which it opens; left out, from now on.", "2026-03-14T09:00:00")
    ends_at = _wall("Wall time at which it ends; left out, after the agreed days.", "2026-03-21T18:00:00")
    view_limit = whole("Views.", 5, most=_VIEWS_MAX, may_lack=True)
    view_minutes = whole("Minutes that one view lasts.", 1440, most=_MINUTES_MAX, may_lack=True)
    allows_download = flag_field("Whether the file may be taken along.", example=False)
    asks_passphrase = _as_agreed("Whether it asks for a passphrase that goes another way.")
    asks_totp = _as_agreed("Whether it asks for an authenticator.")
    needs_release = _as_agreed("Whether a second person releases it.")
    nda_text_id = identifier("The undertaking that is accepted at the gate.", may_lack=True)
    watermark = fields.String(
        allow_none=True,
        validate=validate.Length(max=200),
        metadata={"description": "Watermark instruction; null: as agreed.", "example": "name and date, burnt in"},
    )
    target_url = fields.String(
        allow_none=True,
        load_only=True,
        validate=validate.Length(min=1, max=TARGET_LENGTH_MAX),
        metadata={"description": "https address to hand off to; null: the screening room.", "example": None},
    )
    platform = line("What it hands off to.", "ClearView Flex", longest=60)
    platform_enforces = line("What that platform holds to by itself.", "expiry, burnt-in name", longest=500)
    passphrase = fields.String(
        allow_none=True,
        load_only=True,
        validate=validate.Length(min=LENGTH_MIN, max=LENGTH_MAX),
        metadata={"description": "The passphrase; left out, one is made where one is asked for.", "example": None},
    )


class LinkOut(Schema):
    """A link. Neither its secret nor its passphrase nor the address it hands off to is ever shown again."""

    id = fields.UUID(metadata=ID)
    project_id = fields.UUID(metadata=ID)
    agreement_version_id = fields.UUID(metadata=ID)
    method = words("The agreed method.", "M1", longest=4)
    material_version_id = fields.UUID(metadata=ID)
    contact_id = fields.UUID(metadata=ID)
    standing = choice("How it stands now.", "live", Standing)
    starts_at = moment_field("When it opens.")
    ends_at = moment_field("When it ends.")
    zone = words("Zone in which both were meant.", "Europe/Berlin")
    view_limit = count("Views.", 5)
    views_used = count("Views granted.", 2)
    view_minutes = count("Minutes that one view lasts.", 1440)
    asks_passphrase = flag_field("Whether it asks for a passphrase.", example=False)
    asks_totp = flag_field("Whether it asks for an authenticator.", example=False)
    nda_text_id = identifier("The undertaking that is accepted at the gate.", may_lack=True)
    allows_download = flag_field("Whether the file may be taken along.", example=False)
    watermark = line("Watermark instruction; whether it was applied is another matter.", "name, burnt in", longest=200)
    target = choice("Where it leads.", "room", ("room", "hand-off"))
    target_host = fields.String(allow_none=True, metadata={"description": "Host of a hand-off.", "example": None})
    platform = line("What it hands off to.", "", longest=60)
    platform_enforces = line("What that platform holds to by itself.", "", longest=500)
    issued_by = fields.UUID(metadata=ID)
    issued_at = moment_field("When it was issued.")
    needs_release = flag_field("Whether a second person releases it.", example=False)
    released_by = identifier("Who released it.", may_lack=True)
    released_at = moment_field("When it was released.", may_lack=True)
    revoked_at = moment_field("When it was taken back.", may_lack=True)
    revoked_by = identifier("Who took it back.", may_lack=True)
    revoke_reason = line("Why.", "wrong recipient", longest=_REASON_MAX)
    platform_revocation = choice("Access on the platform itself.", "none", ("none", "due", "confirmed"))
    platform_revoked_by = identifier("Who says that it was ended there.", may_lack=True)
    platform_revoked_at = moment_field("When they said so.", may_lack=True)
    version = fields.Integer(metadata=VERSION)


class LinkSecretOut(Schema):
    """The addresses of a link, shown once: mailed to the recipient, too."""

    url = fields.String(metadata={"description": "Address, its secret after '#'.", "example": "https://…/g#…"})
    path_url = fields.String(metadata={"description": "For browsers without script.", "example": "https://…/g/…"})


class IssuedLinkOut(Schema):
    """A link as it was issued. Secret and passphrase are shown only here; hand the passphrase over another way."""

    link = fields.Nested(LinkOut)
    secret = fields.Nested(LinkSecretOut, allow_none=True, metadata={"description": "Null until it is released."})
    passphrase = fields.String(
        allow_none=True, metadata={"description": "Passphrase, where one is asked for.", "example": None}
    )
    warnings = fields.List(fields.String(), metadata={"description": "What to look at again.", "example": []})


class LinkPage(Schema):
    """A page of links."""

    items = fields.List(fields.Nested(LinkOut), metadata={"description": "Links, the newest first."})
    next = next_field()


class LinkQuery(Schema):
    """Which links are asked for; those that are over or revoked stay on the list for ever."""

    project_id = identifier("Of this project.")
    agreement_version_id = identifier("Under this version.")
    material_version_id = identifier("To this version of a material.")
    contact_id = identifier("For this contact.")
    state = choice("Open, ended, waiting for a release, or due to be ended on a platform.", "open", STATES)
    cursor = fields.String(metadata={"description": "Where the page before ended.", "example": "WyIxMCJd"})
    limit = fields.String(metadata={"description": "Rows a page.", "example": "50"})

    @post_load
    def _filters(self, asked: dict[str, Any], **_: Any) -> LinkFilters:
        return LinkFilters(**{name: value for name, value in asked.items() if name not in ("cursor", "limit")})


class RevocationIn(Schema):
    """Why a link is taken back."""

    reason = line("Why.", "wrong recipient", longest=_REASON_MAX)


class ProjectRevocationIn(Schema):
    """Why all links of a project are taken back."""

    project_id = identifier("Whose links.", required=True)
    reason = line("Why.", "a leak", longest=_REASON_MAX)


class RevokedOut(Schema):
    """How many links were taken back."""

    revoked = count("Links taken back.", 12)


class UnlockedOut(Schema):
    """How many counters were set back."""

    counters = count("Counters set back.", 3)


class GateViewOut(Schema):
    """A view: a window in which the recipient watched."""

    id = fields.UUID(metadata=ID)
    visit_id = fields.UUID(metadata=ID)
    contact_id = fields.UUID(metadata=ID)
    material_version_id = fields.UUID(metadata=ID)
    proof = words("How it was known who watched.", "mailbox verified")
    nda_sha256 = fields.String(allow_none=True, metadata={"description": "Undertaking accepted.", "example": None})
    granted_at = moment_field("When it was granted.")
    ends_at = moment_field("When its window ends.")


class GateVisitOut(Schema):
    """A visit at the gate."""

    id = fields.UUID(metadata=ID)
    opened_at = moment_field("When the secret was given.")
    mailbox_verified_at = moment_field("Null: it may have been a machine.", may_lack=True)
    passphrase_verified_at = moment_field("When the passphrase fitted.", may_lack=True)
    totp_verified_at = moment_field("When the authenticator's code fitted.", may_lack=True)
    ended_at = moment_field("When the visitor left.", may_lack=True)


class OpeningsOut(Schema):
    """Who opened a link: people, and apart from them what never proved to be one."""

    people = fields.List(fields.Nested(GateVisitOut), metadata={"description": "Visits that verified a mailbox."})
    machines = fields.List(fields.Nested(GateVisitOut), metadata={"description": "Visits that proved nothing."})
    machine_count = count("How many visits proved nothing, in all.", 2)
    views = fields.List(fields.Nested(GateViewOut), metadata={"description": "Views, the newest first."})


class VersionHolderOut(Schema):
    """Somebody who watched a version that is not the newest, or may."""

    contact_id = fields.UUID(metadata=ID)
    link_id = fields.UUID(metadata=ID)
    material_version_id = fields.UUID(metadata=ID)
    number = count("Number of the version.", 11)
    views = count("Views by this link.", 2)
    last_view_at = moment_field("When it was last watched.", may_lack=True)
    is_link_live = flag_field("Whether the link still opens.", example=True)


class VersionHolderList(Schema):
    """Who watched or may watch a version that is not the newest."""

    items = fields.List(fields.Nested(VersionHolderOut), metadata={"description": "By link, the newest first."})


class FreezeIn(Schema):
    """What is frozen."""

    scope = choice("What it covers.", "contact", SCOPES, required=True)
    subject_id = identifier("Which contact, client or project; left out for all.", may_lack=True)
    reason = words("Why.", "a leak is looked into", longest=_REASON_MAX)


class FreezeOut(Schema):
    """A freeze."""

    id = fields.UUID(metadata=ID)
    scope = choice("What it covers.", "contact", SCOPES)
    subject_id = identifier("Which contact, client or project.", may_lack=True)
    reason = words("Why.", "a leak is looked into", longest=_REASON_MAX)
    set_by = fields.UUID(metadata=ID)
    set_at = moment_field("When it was set.")
    lifted_by = identifier("Who lifted it.", may_lack=True)
    lifted_at = moment_field("When it was lifted.", may_lack=True)


class FreezePage(Schema):
    """A page of freezes."""

    items = fields.List(fields.Nested(FreezeOut), metadata={"description": "Freezes, the newest first."})
    next = next_field()

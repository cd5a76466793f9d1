"""What an agreement says, as values. Stored as canonical JSON, and read back strictly.

Labels (M1, P1, X1) are given in order when terms are written, and are how links, decisions and texts speak of a part.
``None`` means that nothing is agreed on it, which the text says in words; it is never a default.
"""

from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from reviews.rules.vocabulary import (
    Codec,
    ColourSpace,
    DisplayClass,
    Held,
    Loudness,
    MethodKind,
    Milestone,
    Role,
    Room,
    Scope,
    Subject,
    Tier,
    Transfer,
    White,
)


@dataclass(frozen=True, slots=True)
class PartyTerm:
    """Somebody with a part: ``contact_id`` of the client's, or ``person_id`` of the house, never both."""

    role: Role
    scope: Scope = Scope.ALL
    contact_id: UUID | None = None
    person_id: UUID | None = None
    place: int | None = None
    may_invite: bool = False


@dataclass(frozen=True, slots=True)
class Quorum:
    """How many approvers of a scope must approve, or all of them, and whether in the order of their places."""

    needed: int | None = None
    in_order: bool = False


@dataclass(frozen=True, slots=True)
class Viewing:
    """The conditions under which is judged, from controlled lists; ``None`` where the method knows no such thing."""

    display: DisplayClass = DisplayClass.UNDECLARED
    colour_space: ColourSpace | None = None
    transfer: Transfer | None = None
    white: White | None = None
    peak_nits: int | None = None
    room: Room = Room.ANY
    calibrated_on: date | None = None
    loudness: Loudness | None = None
    frame_rate: str | None = None
    codec: Codec | None = None
    judges: tuple[Subject, ...] = ()
    """What may be judged this way."""


@dataclass(frozen=True, slots=True)
class Licence:
    """A viewer or plug-in that a method needs; ``product_id`` where the house supplies it from its own seats."""

    what: str
    supplied_by: str
    """``house`` or ``client``."""
    paid_by: str
    seats: int = 0
    product_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Method:
    """A way of reviewing. ``is_fallback`` is the one to take where another fails."""

    kind: MethodKind
    viewing: Viewing = field(default_factory=Viewing)
    platform: str = ""
    hosted_by: str = "house"
    is_fallback: bool = False
    licences: tuple[Licence, ...] = ()


@dataclass(frozen=True, slots=True)
class Security:
    """What protects the material. Durations in hours and days; the link life is the longest that a link may have."""

    tier: Tier = Tier.TIER_1
    nda_text_id: UUID | None = None
    watermark: str = ""
    watermark_applied_by: str = ""
    watermark_evidence: str = ""
    watermark_checked_by: str = ""
    allows_download: bool = False
    link_days: int = 7
    view_limit: int = 5
    view_hours: int = 24
    recipients_only: bool = True
    """Only parties of this agreement get links; else addresses under ``domains`` do too."""
    domains: tuple[str, ...] = ()
    places: tuple[Room, ...] = ()
    asks_passphrase: bool = False
    asks_totp: bool = False
    needs_release: bool = False
    retention_days: int | None = None
    destruction: str = ""
    """``return``, ``destroy``, or empty where nothing is handed out."""


@dataclass(frozen=True, slots=True)
class Rounds:
    """How often and how fast. Turnarounds are working days, counted in ``zone``, without ``holidays``."""

    included: int = 2
    counts_as: str = ""
    overrun: str = ""
    client_days: int = 5
    house_days: int = 5
    zone: str = "UTC"
    working_days: tuple[int, ...] = (0, 1, 2, 3, 4)
    """Monday is 0."""
    holidays: tuple[date, ...] = ()
    deemed_after_days: int | None = None
    """Silence approves after so many working days of notice; ``None``, the default, is never."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """What an approval says and what it releases."""

    statement: str = ""
    releases: str = ""
    notify: tuple[str, ...] = ()
    """Labels of parties."""


@dataclass(frozen=True, slots=True)
class Deviation:
    """An exception that was agreed: of what, why, who owns the risk (a party's label), and until when."""

    of: str
    """The code of the finding that it answers, such as ``suitability.colour.M1``."""
    reason: str
    owner: str
    until: date


@dataclass(frozen=True, slots=True)
class Protection:
    """A protection and who makes it hold: enforced by this system, evidenced by something, or asserted by somebody."""

    what: str
    held: Held
    by: str


@dataclass(frozen=True, slots=True)
class Terms:
    """All that an agreement says."""

    milestone: Milestone
    deliverable: str
    subjects: tuple[Subject, ...]
    """What the client is to judge at this milestone."""
    parties: tuple[PartyTerm, ...]
    methods: tuple[Method, ...]
    quorum: Quorum = field(default_factory=Quorum)
    security: Security = field(default_factory=Security)
    rounds: Rounds = field(default_factory=Rounds)
    sign_off: SignOff = field(default_factory=SignOff)
    exceptions: tuple[Deviation, ...] = ()
    protections: tuple[Protection, ...] = ()
    """What is asserted or evidenced beside what the system enforces by itself."""
    eidr: str | None = None

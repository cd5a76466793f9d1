"""The controlled lists of a review agreement, in the trade's words. Stored as these texts, shown through ``title``."""

from enum import StrEnum


class Milestone(StrEnum):
    """What the work has come to."""

    SCRIPT = "script"
    ROUGH_CUT = "rough-cut"
    FINE_CUT = "fine-cut"
    PICTURE_LOCK = "picture-lock"
    COLOUR = "colour"
    MIX = "mix"
    VFX_FINALS = "vfx-finals"
    TITLES = "titles"
    QC = "qc"
    DELIVERY = "delivery"


class Subject(StrEnum):
    """What is judged. A method carries some of these and not others."""

    EDIT = "edit"
    VFX = "vfx"
    COLOUR = "colour"
    HDR = "hdr"
    MIX = "mix"
    TITLES = "titles"
    CAPTIONS = "captions"
    QC = "qc"
    MASTER = "master"


class MethodKind(StrEnum):
    """How the client reviews."""

    SUITE = "supervised-suite"
    LIVE_STREAM = "live-stream"
    PIXEL_STREAM = "pixel-streaming"
    ASYNC_LINK = "async-link"
    DRIVE = "dcp-or-drive"
    TABLET = "tablet"
    PAPER_AUDIO = "paper-or-audio"


class DisplayClass(StrEnum):
    """How far a display can be trusted."""

    MASTERING = "mastering"
    REFERENCE = "reference"
    MANAGED = "managed"
    CONSUMER = "consumer"
    PROJECTOR = "projector"
    UNDECLARED = "undeclared"


class ColourSpace(StrEnum):
    """The primaries of the picture as shown."""

    REC709 = "rec709"
    P3_D65 = "p3-d65"
    REC2020 = "rec2020"
    DCI_P3 = "dci-p3"
    XYZ = "xyz"
    SRGB = "srgb"


class Transfer(StrEnum):
    """The transfer function of the picture as shown."""

    BT1886 = "bt1886"
    GAMMA_26 = "gamma-2.6"
    PQ = "pq"
    HLG = "hlg"
    SRGB = "srgb"


class White(StrEnum):
    """The white point."""

    D65 = "d65"
    DCI = "dci"
    D60 = "d60"


class Room(StrEnum):
    """Where it is watched."""

    SUITE = "grading-suite"
    THEATRE = "theatre"
    MIX_STAGE = "mix-stage"
    OFFICE = "office"
    HOME = "home"
    SET = "on-set"
    ANY = "any"


class Loudness(StrEnum):
    """The loudness target of the sound as reviewed."""

    EBU_R128 = "ebu-r128-23-lufs"
    ATSC_A85 = "atsc-a85-24-lkfs"
    DIALOGUE_27 = "dialogue-27-lkfs"
    THEATRICAL_85 = "theatrical-85-dbc"
    NONE = "none"


class Codec(StrEnum):
    """The codec of what the client gets."""

    H264 = "h264"
    H265 = "h265"
    PRORES = "prores"
    DNXHD = "dnxhd"
    JPEG2000 = "jpeg2000"
    WAV = "wav"
    PDF = "pdf"


class Tier(StrEnum):
    """How sensitive the content is; tier 0 asks for the most."""

    TIER_0 = "tier-0"
    TIER_1 = "tier-1"
    TIER_2 = "tier-2"


class Role(StrEnum):
    """What somebody is in an agreement."""

    CONTACT = "contact"
    SIGNATORY = "signatory"
    """Accepts the agreement for their side."""
    APPROVER = "approver"
    OBSERVER = "observer"


class Scope(StrEnum):
    """What an approver speaks for."""

    ALL = "all"
    PICTURE = "picture"
    SOUND = "sound"
    VFX = "vfx"
    LEGAL = "legal"


class Proof(StrEnum):
    """How it was known who somebody is. A code sent by mail proves a mailbox, and is never called more."""

    LINK_ONLY = "link only"
    MAILBOX = "mailbox verified"
    MAILBOX_PASSPHRASE = "mailbox and passphrase"  # noqa: S105 - words for people
    MAILBOX_TOTP = "mailbox and authenticator"
    MAILBOX_PASSPHRASE_TOTP = "mailbox, passphrase and authenticator"  # noqa: S105
    SIGNED_IN = "signed in"
    SEEN = "seen by the host"


class Held(StrEnum):
    """Who makes a protection hold."""

    ENFORCED = "enforced"
    """By this system."""
    EVIDENCED = "evidenced"
    ASSERTED = "asserted"


class Value(StrEnum):
    """What an approver decides."""

    APPROVED = "approved"
    WITH_NOTES = "approved-with-notes"
    NOT_APPROVED = "not-approved"
    NO_DECISION = "no-decision"
    WITHDRAWN = "withdrawn"


class MaterialKind(StrEnum):
    """What a material is."""

    PICTURE = "picture"
    SOUND = "sound"
    VFX = "vfx"
    ARTWORK = "artwork"
    DOCUMENT = "document"
    MASTER = "master"


_TITLES = {
    Codec.H264: "H.264",
    Codec.H265: "H.265",
    Codec.PRORES: "ProRes",
    Codec.DNXHD: "DNxHD",
    Codec.JPEG2000: "JPEG 2000",
    Codec.WAV: "WAV",
    Codec.PDF: "PDF",
    ColourSpace.REC709: "Rec. 709",
    ColourSpace.P3_D65: "P3 D65",
    ColourSpace.REC2020: "Rec. 2020",
    ColourSpace.DCI_P3: "DCI P3",
    ColourSpace.XYZ: "X′Y′Z′",
    ColourSpace.SRGB: "sRGB",
    Loudness.EBU_R128: "EBU R 128, −23 LUFS",
    Loudness.ATSC_A85: "ATSC A/85, −24 LKFS",
    Loudness.DIALOGUE_27: "dialogue-gated, −27 LKFS",
    Loudness.THEATRICAL_85: "theatrical, 85 dBC",
    Loudness.NONE: "no target",
    MethodKind.SUITE: "supervised suite",
    MethodKind.DRIVE: "DCP or drive",
    MethodKind.ASYNC_LINK: "screening link",
    MethodKind.PAPER_AUDIO: "paper or audio",
    Milestone.VFX_FINALS: "VFX finals",
    Milestone.QC: "QC",
    Subject.VFX: "VFX",
    Subject.HDR: "HDR",
    Subject.QC: "QC",
    Scope.VFX: "VFX",
    Transfer.BT1886: "BT.1886",
    Transfer.GAMMA_26: "gamma 2.6",
    Transfer.PQ: "PQ (ST 2084)",
    Transfer.HLG: "HLG",
    Transfer.SRGB: "sRGB",
    White.D65: "D65",
    White.D60: "D60",
    White.DCI: "DCI white",
}


def title(word: StrEnum) -> str:
    """Return a word of these lists as people read it."""
    return _TITLES.get(word, word.value.replace("-", " "))

"""The JSON of material, its versions, and templates of names."""

from marshmallow import Schema, fields, validate

from facility.schemas.parts import (
    ID,
    VERSION,
    choice,
    count,
    flag_field,
    identifier,
    line,
    moment_field,
    next_field,
    texts,
    whole,
    words,
)
from reviews.rules.naming import TOKENS_MAX, Severity, TokenKind
from reviews.rules.versions import NUMBER_MAX
from reviews.rules.vocabulary import MaterialKind

HASHED_BY = ("agent", "command", "typed")
_FRACTION = r"[1-9][0-9]{0,5}/(1|1001)"


def _sha256(*, required: bool = False) -> fields.String:
    about = {"description": "SHA-256 of the file, in hex.", "example": "9f86d081884c7d659a2feaa0c55ad015" * 2}
    return fields.String(required=required, validate=validate.Regexp(r"[0-9a-f]{64}\Z"), metadata=about)


def _size() -> fields.Integer:
    about = {"description": "Size of the file in bytes.", "example": 81203200}
    return fields.Integer(strict=True, required=True, validate=validate.Range(min=0, max=2**53), metadata=about)


def _frame_rate() -> fields.String:
    about = {"description": "Frames a second, as a fraction.", "example": "24000/1001"}
    return fields.String(allow_none=True, validate=validate.Regexp(_FRACTION + r"\Z"), metadata=about)


class MaterialVersionIn(Schema):
    """A version to register; its material is made with the first one."""

    name = words("What the material is called, without version.", "NB-204_reel2", longest=200)
    kind = choice("What it is.", "picture", MaterialKind, required=True)
    file_name = words(
        "The file's name; it is held against the project's template.", "NB-204_reel2_v012.mov", longest=255
    )
    number = whole("The version; left out, it is read from the name.", 12, most=NUMBER_MAX)
    sha256 = _sha256(required=True)
    size = _size()
    hashed_by = choice("Who took the hash; typed if left out.", "command", HASHED_BY)
    eidr = line("Its EIDR, where it has one.", "10.5240/F85A-E100-B068-5B8F-B1C8-T", longest=34)
    media_path = words(
        "Its path under the media root, to be played.", "reels/reel2_v012.mp4", longest=500, required=False
    )
    frame_rate = _frame_rate()
    start_frame = fields.Integer(
        strict=True,
        validate=validate.Range(min=0, max=30_000_000),
        metadata={"description": "The timecode of the first frame, in frames.", "example": 86400},
    )


class NameFindingOut(Schema):
    """What a name is warned of."""

    token = fields.String(metadata={"description": "The token at fault.", "example": "aspect"})
    severity = choice("How much it weighs.", "warn", Severity)
    sentence = fields.String(metadata={"description": "What is wrong, in words.", "example": "Part 3, aspect, is …"})


class MaterialVersionOut(Schema):
    """A version of a material. It never changes."""

    id = fields.UUID(metadata=ID)
    material_id = fields.UUID(metadata=ID)
    number = count("The version.", 12)
    file_name = fields.String(metadata={"description": "The file's name.", "example": "NB-204_reel2_v012.mov"})
    sha256 = _sha256()
    size = count("Size of the file in bytes.", 81203200)
    hashed_by = choice("Who took the hash.", "command", HASHED_BY)
    media_path = fields.String(
        allow_none=True, metadata={"description": "Its path under the media root.", "example": "reels/reel2_v012.mp4"}
    )
    frame_rate = _frame_rate()
    start_frame = count("The timecode of the first frame, in frames.", 86400)
    registered_at = moment_field("When it was registered.")


class RegisteredOut(Schema):
    """What came of registering a version."""

    version = fields.Nested(MaterialVersionOut)
    warnings = fields.List(fields.Nested(NameFindingOut), metadata={"description": "What its name is warned of."})
    told = count("How many holders of an older version are told.", 2)


class MaterialVersionRow(MaterialVersionOut):
    """A version as a list shows it."""

    is_newest = flag_field("Whether no newer one is there.", example=True)
    live_links = count("How many links lead to it now.", 3)


class MaterialVersionList(Schema):
    """A material's versions, the newest first."""

    items = fields.List(fields.Nested(MaterialVersionRow), metadata={"description": "Versions."})


class MaterialOut(Schema):
    """A material with its newest version."""

    id = fields.UUID(metadata=ID)
    project_id = fields.UUID(metadata=ID)
    name = fields.String(metadata={"description": "What it is called.", "example": "NB-204_reel2"})
    kind = choice("What it is.", "picture", MaterialKind)
    eidr = fields.String(allow_none=True, metadata={"description": "Its EIDR.", "example": None})
    newest = count("Its highest version.", 12)
    versions = count("How many versions there are.", 9)


class MaterialPage(Schema):
    """Some material of a project, by name."""

    items = fields.List(fields.Nested(MaterialOut), metadata={"description": "Material."})
    next = next_field()


class NamingTokenIn(Schema):
    """One part of a name."""

    name = words("What it is called.", "version", longest=40)
    kind = choice("What it may be.", "version", TokenKind, required=True)
    severity = choice("What a wrong one does; block if left out.", "block", Severity)
    may_lack = flag_field("Whether a name may lack it.", example=False)
    shortest = whole("Its fewest characters.", 3, most=60)
    longest = whole("Its most characters.", 4, most=60)
    also = line("Signs that a text may hold beside letters and digits.", "-", longest=4)
    prefix = line("What stands before the digits.", "v", longest=8)
    options = texts("What there is to choose.", ["2K", "4K"], longest=40, most=200)


class NamingTemplateIn(Schema):
    """How files are named."""

    tokens = fields.List(
        fields.Nested(NamingTokenIn),
        required=True,
        validate=validate.Length(min=1, max=TOKENS_MAX),
        metadata={"description": "The parts of a name, in order."},
    )
    separator = line("What stands between the parts; _ if left out.", "_", longest=1)
    extensions = texts("The extensions that a file may have; none is any.", ["mov"], longest=10, most=20)


class NamingTemplateOut(NamingTemplateIn):
    """A template of names."""

    id = fields.UUID(metadata=ID)
    name = fields.String(metadata={"description": "What it is called.", "example": "house"})
    version = fields.Integer(metadata=VERSION)


class NamingTemplateList(Schema):
    """The house's templates by name, and those to begin with."""

    items = fields.List(fields.Nested(NamingTemplateOut), metadata={"description": "Templates of the house."})
    presets = fields.Dict(
        keys=fields.String(),
        values=fields.Nested(NamingTemplateIn),
        metadata={"description": "Templates to begin with, by name."},
    )


class NameQuery(Schema):
    """A name to hold against a project's template."""

    file_name = words("The file's name.", "NB-204_reel2_v012.mov", longest=255)
    material_id = identifier("The material it is to be a version of.")


class NameVerdict(Schema):
    """What a name is worth."""

    findings = fields.List(fields.Nested(NameFindingOut), metadata={"description": "What is wrong with it."})
    next_name = fields.String(
        allow_none=True, metadata={"description": "The next legal name.", "example": "NB-204_reel2_v013.mov"}
    )

"""The JSON of a client's people, of undertakings, and of how projects are called outside."""

from marshmallow import Schema, fields

from facility.schemas.parts import (
    ID,
    VERSION,
    choice,
    count,
    email_field,
    flag_field,
    identifier,
    line,
    moment_field,
    name_field,
    next_field,
    texts,
    words,
)
from reviews.models.parties import ALIAS_LENGTH_MAX, COMPANY_LENGTH_MAX

LANGUAGES = ("en", "de")
_TEXT_MAX = 100_000


class ContactIn(Schema):
    """Somebody of a client's to add. They get no account."""

    client_id = identifier("The client they work for or speak for.", required=True)
    name = name_field("Their name.", "Ines Okafor")
    email = email_field()
    company = line("Their company, where it is not the client itself.", "Okafor Films", longest=COMPANY_LENGTH_MAX)


class ContactPatch(Schema):
    """What to change of a contact; what is left out stays."""

    name = name_field("Their name.", "Ines Okafor", required=False)
    email = email_field(required=False)
    company = line("Their company, where it is not the client itself.", "Okafor Films", longest=COMPANY_LENGTH_MAX)
    language = choice("The language of the pages they see.", "en", LANGUAGES)


class ContactOut(Schema):
    """Somebody of a client's."""

    id = fields.UUID(metadata=ID)
    client_id = fields.UUID(metadata=ID)
    name = name_field("Their name.", "Ines Okafor")
    email = fields.String(metadata={"description": "Mail address.", "example": "ines@okafor.example"})
    company = line("Their company.", "Okafor Films", longest=COMPANY_LENGTH_MAX)
    language = choice("The language of the pages they see.", "en", LANGUAGES)
    is_erased = flag_field("Whether an order erased what they are called.", example=False)
    has_authenticator = flag_field("Whether they set up an authenticator at the gate.", example=False)
    version = fields.Integer(metadata=VERSION)


class ContactQuery(Schema):
    """Whose contacts are asked for."""

    client_id = identifier("The client.", required=True)
    cursor = fields.String(metadata={"description": "`next` of the page before."})
    limit = fields.String(metadata={"description": "Rows a page, 50 if left out.", "example": "50"})


class ContactPage(Schema):
    """Some contacts, the newest first."""

    items = fields.List(fields.Nested(ContactOut), metadata={"description": "Contacts."})
    next = next_field()


class UndertakingIn(Schema):
    """The text of a confidentiality undertaking; of a title that is there it becomes the next version."""

    client_id = identifier("The client whose people are to accept it.", required=True)
    title = words("What it is called.", "Confidentiality undertaking")
    text = fields.String(
        required=True,
        validate=lambda text: 0 < len(text.strip()) <= _TEXT_MAX,
        metadata={"description": "The whole text, as it is shown.", "example": "I will keep to myself what I see."},
    )


class UndertakingOut(Schema):
    """A version of an undertaking."""

    id = fields.UUID(metadata=ID)
    client_id = fields.UUID(metadata=ID)
    title = words("What it is called.", "Confidentiality undertaking")
    number = count("Its version, from 1.", 2)
    text = fields.String(metadata={"description": "The whole text.", "example": "I will keep to myself what I see."})
    text_sha256 = fields.String(metadata={"description": "SHA-256 of the text, in hex.", "example": "9f86d081…"})
    added_at = moment_field("When it was added.")


class UndertakingRow(UndertakingOut):
    """A version of an undertaking as a list shows it."""

    accepted_by = count("How many contacts accepted this version.", 4)


class UndertakingList(Schema):
    """All versions of a client's undertakings, by title, the newest first."""

    items = fields.List(fields.Nested(UndertakingRow), metadata={"description": "Undertakings."})


class FaceIn(Schema):
    """How a project is called outside. Real titles are kept sealed and are never shown again."""

    alias = line("The code name.", "BLUE HERON", longest=ALIAS_LENGTH_MAX)
    is_alias_in_force = flag_field("Whether only the alias may be said outside.", example=True)
    titles = texts(
        "The real titles, in all languages; left out, those there stay.", ["The Quiet"], longest=200, most=20
    )
    naming_template_id = identifier("How its files are named.", may_lack=True)


class FaceOut(Schema):
    """How a project is called outside."""

    project_id = fields.UUID(metadata=ID)
    alias = line("The code name.", "BLUE HERON", longest=ALIAS_LENGTH_MAX)
    is_alias_in_force = flag_field("Whether only the alias may be said outside.", example=True)
    naming_template_id = identifier("How its files are named.", may_lack=True)
    version = fields.Integer(metadata=VERSION)


class HostIn(Schema):
    """A host to which a project's links may hand off."""

    host = words("Its name.", "review.example.com", longest=253)


class HostList(Schema):
    """The hosts to which a project's links may hand off."""

    items = fields.List(fields.String(), metadata={"description": "Hosts.", "example": ["review.example.com"]})

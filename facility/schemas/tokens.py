"""The JSON of API tokens."""

from marshmallow import Schema, fields

from facility.schemas.parts import ID, moment_field, name_field, next_field, scopes_field


class TokenIn(Schema):
    """A token to make."""

    name = name_field("What the token is for.", "render farm")
    scopes = scopes_field()
    expires_at = moment_field("When it ends: within 366 days.")


class TokenOut(Schema):
    """A token; its secret is not kept and cannot be shown."""

    id = fields.UUID(metadata=ID)
    name = name_field("What the token is for.", "render farm")
    scopes = scopes_field()
    created_at = moment_field("When it was made.")
    expires_at = moment_field("When it ends.")
    revoked_at = moment_field("When it was revoked.", may_lack=True)
    last_used_at = moment_field("When it was last used, to the minute.", may_lack=True)


class TokenPage(Schema):
    """Tokens, the newest first."""

    items = fields.List(fields.Nested(TokenOut), metadata={"description": "Tokens."})
    next = next_field()


class NewTokenOut(Schema):
    """The token that was made."""

    token = fields.Nested(TokenOut, metadata={"description": "The token."})
    secret = fields.String(
        metadata={"description": "Send as 'Authorization: Bearer …'. It is shown only now.", "example": "apt_…"}
    )

"""API tokens: a program acts in a person's name, within scopes and until a day."""

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from answerprint.core.actor import Actor
from answerprint.core.ids import new_id
from answerprint.core.permissions import Permission
from answerprint.core.shown_once import new_token_text, sha256_of
from audit.record import record
from facility import rules
from facility.errors import TokensNeedPerson
from facility.facts import TokenMade, TokenRevoked
from facility.models import ApiToken
from facility.queries.people import token_by_id, unknown_token


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token that was just made. The secret is shown now and never again."""

    token: ApiToken
    secret: str = field(repr=False)


def make_token(
    session: Session,
    actor: Actor,
    *,
    name: str,
    scopes: frozenset[Permission],
    expires_at: datetime,
    now: datetime,
) -> NewToken:
    """Make a token in the actor's own name that may do no more than the actor; raises ``ScopesRefused``.

    Raises ``TokenRefused`` where it would end too late: within 366 days, and not after the token that makes it.
    """
    if actor.person_id is None:
        sentence = "A token acts in a person's name. Sign in and make it on the page My tokens."
        raise TokensNeedPerson(sentence)
    rules.check_scopes(scopes, allowed=actor.permissions)
    maker = token_by_id(session, actor.token_id) if actor.token_id is not None else None
    rules.check_token_end(expires_at, now=now, maker_ends_at=maker.expires_at if maker is not None else None)
    secret = new_token_text()
    token = ApiToken(
        id=new_id(),
        person_id=actor.person_id,
        name=name,
        secret_sha256=sha256_of(secret),
        scopes=" ".join(sorted(scopes)),
        created_at=now,
        expires_at=expires_at,
    )
    session.add(token)
    fact = TokenMade(
        about=f"token:{token.id}",
        person_id=token.person_id,
        name=name,
        scopes=[scope.value for scope in sorted(scopes)],
        expires_at=expires_at,
    )
    record(session, actor, fact)
    return NewToken(token=token, secret=secret)


def revoke_token(session: Session, actor: Actor, *, token_id: UUID, now: datetime) -> ApiToken:
    """End a token of one's own at once, or with the right to change people anybody's; raises ``UnknownToken``."""
    token = token_by_id(session, token_id)
    if token.person_id != actor.person_id and not actor.may(Permission.PEOPLE_WRITE):
        raise unknown_token()
    if token.revoked_at is not None:
        return token
    token.revoked_at = now
    record(session, actor, TokenRevoked(about=f"token:{token.id}", person_id=token.person_id))
    return token

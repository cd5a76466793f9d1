"""Who of the house acts: what is done in somebody's name needs somebody."""

from uuid import UUID

from answerprint.core.actor import Actor
from answerprint.core.problems import NotAllowed


def person_of(actor: Actor) -> UUID:
    """Return which person of the house acts; raises ``NotAllowed`` where none does."""
    if actor.person_id is None:
        raise NotAllowed("A person of the house does this, in their own name.")
    return actor.person_id

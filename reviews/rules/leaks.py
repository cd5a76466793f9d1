"""Who could have seen a version: in which way, known how, when, under which mark, and over what."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from answerprint.core.problems import Invalid


class Way(StrEnum):
    """How somebody had a version before them, or could have."""

    WATCHED = "watched"
    HELD_LINK = "held-a-link"
    """A link of theirs was live, and nobody watched through it."""
    TOOK_ALONG = "took-it-along"
    IN_ROOM = "in-the-room"
    HELD_CARRIER = "held-a-carrier"
    REGISTERED = "registered-it"
    ISSUED = "issued-a-link"
    RELEASED = "released-a-link"
    HOSTED = "hosted-a-screening"
    SHIPPED = "shipped-it"


OF_HOUSE = frozenset({Way.REGISTERED, Way.ISSUED, Way.RELEASED, Way.HOSTED, Way.SHIPPED})
"""What people of the house did; all else was done by the client's."""

_WORDS = {
    Way.WATCHED: "watched through a link of their own",
    Way.HELD_LINK: "held a live link, and no view of it is logged",
    Way.TOOK_ALONG: "downloaded the file, and goes on having it",
    Way.IN_ROOM: "was in the room",
    Way.HELD_CARRIER: "held it on a carrier",
    Way.REGISTERED: "registered it",
    Way.ISSUED: "issued a link to it",
    Way.RELEASED: "released a link to it",
    Way.HOSTED: "hosted a screening of it",
    Way.SHIPPED: "shipped it",
}


@dataclass(frozen=True, slots=True)
class Exposure:
    """One way in which one person could have seen a version.

    ``proof`` says how it was known who they are. ``mark`` is the watermark as it was instructed; whether it was applied
    is another matter. ``times`` counts views, and what somebody of the house did; 0 is a link that nobody watched
    through. ``last_at`` is ``None`` where it lasts.
    """

    way: Way
    contact_id: UUID | None
    person_id: UUID | None
    name: str
    proof: str
    first_at: datetime
    last_at: datetime | None
    times: int
    mark: str
    over: str
    source_id: UUID
    """The link, the screening or the shipment; for people of the house the version itself."""

    @property
    def how(self) -> str:
        """Return the way as people read it."""
        return _WORDS[self.way]


def check_span(since: datetime, until: datetime) -> None:
    """Raise ``Invalid`` naming ``until`` for a span that ends before it begins."""
    if until <= since:
        sentence = "The span ends after it begins."
        raise Invalid(sentence, fields={"until": [sentence]})

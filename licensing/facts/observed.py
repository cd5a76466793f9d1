"""Facts of what licence servers said. A capture is one fact with its hash; what stands in it is not a fact each."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureTaken(Fact):
    """What a licence server printed was taken in and kept."""

    kind: ClassVar[str] = "licensing.capture.taken"
    server: UUID
    sha256: str
    taken_at: datetime
    state: str
    lines: int
    events: int
    diagnostics: int

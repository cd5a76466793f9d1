"""What is recorded of drives, DCPs and tablets that left the house."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar
from uuid import UUID

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentSent(Fact):
    """A carrier with a version on it left the house, and is due back or to be destroyed by a day."""

    kind: ClassVar[str] = "reviews.shipment.sent"
    project: UUID
    agreement_version: UUID
    method: str
    material_version: UUID
    contact: UUID
    carrier_kind: str
    serial: str
    courier: str
    tracking: str
    kdm_device: str
    kdm_from: datetime | None
    kdm_until: datetime | None
    due_back_on: date
    agreed_ending: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentReceived(Fact):
    """The recipient has it, as somebody of the house was told or saw."""

    kind: ClassVar[str] = "reviews.shipment.received"
    project: UUID
    contact: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentEnded(Fact):
    """A carrier is back, destroyed, or lost. ``agreed_ending`` is what the agreement asked for."""

    kind: ClassVar[str] = "reviews.shipment.ended"
    project: UUID
    contact: UUID
    ending: str
    agreed_ending: str
    days_late: int
    certificate_sha256: str | None
    incident: UUID | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ShipmentChased(Fact):
    """The recipient was reminded that a carrier is overdue."""

    kind: ClassVar[str] = "reviews.shipment.chased"
    project: UUID
    contact: UUID
    due_back_on: date
    days_late: int

"""The facts of keys, documents, imports and the review of features. No fact holds a key."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from audit.record import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class KeySet(Fact):
    """A lot got its licence key, or another in its place."""

    kind: ClassVar[str] = "licensing.key.set"
    contract: UUID
    is_replaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyRead(Fact):
    """Somebody was shown the licence key of a lot."""

    kind: ClassVar[str] = "licensing.key.read"
    contract: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentAttached(Fact):
    """A paper was attached to a contract."""

    kind: ClassVar[str] = "licensing.document.attached"
    contract: UUID
    name: str
    media_type: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EntitlementsImported(Fact):
    """Lots were imported from a text of this hash, all of it."""

    kind: ClassVar[str] = "licensing.entitlements.imported"
    source: str
    sha256: str
    lots: int
    contracts: int
    products: int
    vendors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class MappingKept(Fact):
    """A mapping of tables of lots was kept under a name, or another in its place."""

    kind: ClassVar[str] = "licensing.mapping.kept"
    name: str
    mapping: dict[str, str]
    is_replaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchAccepted(Fact):
    """A feature of a licence server was found to be this product."""

    kind: ClassVar[str] = "licensing.match.accepted"
    server: UUID
    name: str
    product: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRefused(Fact):
    """A feature of this name is not this product, and is not to be proposed for it again."""

    kind: ClassVar[str] = "licensing.match.refused"
    server: UUID
    name: str
    product: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class FeatureSetAside(Fact):
    """A feature of a licence server is of no product that is counted here."""

    kind: ClassVar[str] = "licensing.feature.set-aside"
    server: UUID
    name: str

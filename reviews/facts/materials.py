"""What is recorded of material and of how it is named. A name of a file stands in the log only as a digest."""

from dataclasses import dataclass
from typing import ClassVar
from uuid import UUID

from audit.record import Fact, personal


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialRegistered(Fact):
    """A version of a material is there, and this is its file for ever. ``file_name`` may say what is under embargo."""

    kind: ClassVar[str] = "reviews.material.registered"
    project: UUID
    material: UUID
    number: int
    sha256: str
    size: int
    hashed_by: str
    eidr: str | None
    warnings: list[str]
    """The tokens of the name that the project's template warned of."""
    told: int
    """How many holders of an older version were told."""
    file_name: str = personal()


@dataclass(frozen=True, slots=True, kw_only=True)
class MaterialFileChecked(Fact):
    """The file in the screening room was hashed as it lies there; only the registered one plays."""

    kind: ClassVar[str] = "reviews.material.file-checked"
    project: UUID
    registered_sha256: str
    found_sha256: str
    found_size: int
    is_registered_file: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NamingTemplateSet(Fact):
    """A template of names is there, or is another one from now on."""

    kind: ClassVar[str] = "reviews.naming-template.set"
    name: str
    old_sha256: str | None
    new_sha256: str

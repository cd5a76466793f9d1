"""What is reviewed: material, its versions, and the templates that say how they are named."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from answerprint.core.db import Base
from answerprint.core.ids import new_id


class NamingTemplate(Base):
    """How files of a project are named: typed tokens, as canonical JSON of ``rules.naming.Template``."""

    __tablename__ = "reviews_naming_templates"

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    name: Mapped[str] = mapped_column(String(120), unique=True)
    tokens: Mapped[str]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012 - SQLAlchemy's own idiom


class Material(Base):
    """Something that is reviewed again and again: a reel, a shot, a mix. ``name`` is without version."""

    __tablename__ = "reviews_materials"
    __table_args__ = (UniqueConstraint("project_id", "name"),)

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    project_id: Mapped[UUID] = mapped_column(ForeignKey("facility_projects.id"))
    name: Mapped[str] = mapped_column(String(200))
    kind: Mapped[str] = mapped_column(String(20))
    eidr: Mapped[str | None] = mapped_column(String(34))
    created_at: Mapped[datetime]


class MaterialVersion(Base):
    """One version: the number only goes up, and a number never gets another file. Never changed.

    ``media_path`` is relative to the facility's media root, where the file can be played there. ``frame_rate`` is a
    fraction such as ``24/1`` or ``24000/1001``; ``start_frame`` is the timecode of the first frame, in frames.
    """

    __tablename__ = "reviews_material_versions"
    __table_args__ = (
        UniqueConstraint("material_id", "number"),
        CheckConstraint("number >= 0", name="number_not_negative"),
        CheckConstraint("length(sha256) = 64", name="hash_is_whole"),
    )

    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id)
    material_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_materials.id"))
    number: Mapped[int]
    file_name: Mapped[str] = mapped_column(String(255))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    size: Mapped[int] = mapped_column(BigInteger)
    hashed_by: Mapped[str] = mapped_column(String(20))
    """Who took the hash: ``agent``, ``command``, or ``typed`` where somebody copied it."""
    media_path: Mapped[str | None] = mapped_column(String(500))
    frame_rate: Mapped[str | None] = mapped_column(String(12))
    start_frame: Mapped[int] = mapped_column(default=0)
    registered_by: Mapped[UUID] = mapped_column(ForeignKey("facility_people.id"))
    registered_at: Mapped[datetime]


class FileCheckRow(Base):
    """What a version's file in the screening room was found to be when it was hashed last."""

    __tablename__ = "reviews_file_checks"

    material_version_id: Mapped[UUID] = mapped_column(ForeignKey("reviews_material_versions.id"), primary_key=True)
    size: Mapped[int] = mapped_column(BigInteger)
    modified_ns: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    checked_at: Mapped[datetime]

"""Versions are registered under legal names, go up, and never get another file."""

import hashlib
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from answerprint.core.outbox import OutboxMail
from answerprint.core.problems import Invalid, NotAllowed, NotFound, StaleVersion
from audit.models import Entry
from reviews.cli.commands import reviews
from reviews.errors import NameRefused, VersionTaken
from reviews.models.materials import MaterialVersion
from reviews.queries.materials import judge_name, versions_of
from reviews.rules.naming import Severity, Template, Token, TokenKind
from reviews.rules.naming_documents import read_template, write_template
from reviews.rules.naming_presets import HOUSE, PRESETS
from reviews.service.faces import FaceEntry, set_face
from reviews.service.materials import VersionEntry, register_version
from reviews.service.naming import set_naming_template
from tests.reviews.factories import NOW, House, make_house

REEL = VersionEntry("NB-204_reel2", "picture", "NB-204_reel2_grade_v001.mov", "1" * 64, 5, frame_rate="24/1")


def named_house(database: Database, template: Template = HOUSE) -> House:
    """Make a house whose project holds names against a template, under an alias."""
    with database.transaction() as session:
        house = make_house(session)
        chosen = set_naming_template(session, SYSTEM, name="ours", template=template, version=0)
        entry = FaceEntry("BLUE HERON", is_alias_in_force=True, titles=("Quiet",), naming_template_id=chosen.id)
        set_face(session, house.producer, project_id=house.project_id, entry=entry, version=0)
    return house


class TestRegistering:
    """What is registered stands for ever."""

    def test_version_is_read_from_the_name(self, database: Database) -> None:
        """Where the template knows the version, nobody types it."""
        house = named_house(database)
        with database.transaction() as session:
            register_version(session, house.producer, project_id=house.project_id, entry=REEL, now=NOW)
        with database.reading() as session:
            version = session.scalars(select(MaterialVersion)).one()

        assert (version.number, version.file_name) == (1, REEL.file_name)

    def test_same_file_again_is_the_version_that_is_there(self, database: Database) -> None:
        """A repeated registration changes nothing and records nothing."""
        house = named_house(database)
        found = []
        for _ in range(2):
            with database.transaction() as session:
                made = register_version(session, house.producer, project_id=house.project_id, entry=REEL, now=NOW)
                found.append(made.version.id)
        with database.reading() as session:
            kinds = [kind for kind in session.scalars(select(Entry.kind)) if kind == "reviews.material.registered"]

        assert found[0] == found[1]
        assert len(kinds) == 1

    def test_number_never_gets_another_file(self, database: Database) -> None:
        """Another file under the same name is refused."""
        house = named_house(database)
        with database.transaction() as session:
            register_version(session, house.producer, project_id=house.project_id, entry=REEL, now=NOW)
        other = replace(REEL, sha256="2" * 64)

        with pytest.raises(VersionTaken), database.transaction() as session:
            register_version(session, house.producer, project_id=house.project_id, entry=other, now=NOW)

    @pytest.mark.parametrize(
        "statement",
        [
            "UPDATE reviews_material_versions SET sha256 = '{}'".format("3" * 64),
            "DELETE FROM reviews_material_versions",
        ],
    )
    def test_database_itself_keeps_the_file(self, database: Database, statement: str) -> None:
        """Past every use case, the database refuses to change or delete a version."""
        house = named_house(database)
        with database.transaction() as session:
            register_version(session, house.producer, project_id=house.project_id, entry=REEL, now=NOW)

        with pytest.raises(DBAPIError, match="written once and kept"), database.engine.connect() as connection:
            connection.execute(text(statement))

    def test_wrong_name_is_refused_with_the_next_legal_one(self, database: Database) -> None:
        """The refusal explains the first wrong token and offers a name that passes."""
        house = named_house(database, Template(HOUSE.tokens, extensions=("mov",)))
        with database.transaction() as session:
            register_version(session, house.producer, project_id=house.project_id, entry=REEL, now=NOW)
        wrong = replace(REEL, file_name="NB-204_reel2_grade_v001.avi")

        with pytest.raises(NameRefused, match="extension is one of mov") as refusal, database.transaction() as session:
            register_version(session, house.producer, project_id=house.project_id, entry=wrong, now=NOW)

        assert list(refusal.value.fields) == ["file_name"]

    @pytest.mark.parametrize("field", ["name", "file_name"])
    def test_real_title_is_refused_while_an_alias_is_in_force(self, database: Database, field: str) -> None:
        """Neither the material nor its file says a real title."""
        house = named_house(database)
        entry = replace(REEL, **{field: "NB-204_quiet_v001.mov"})  # type: ignore[arg-type]

        with pytest.raises(NameRefused) as refusal, database.transaction() as session:
            register_version(session, house.producer, project_id=house.project_id, entry=entry, now=NOW)

        assert list(refusal.value.fields) == [field]

    @pytest.mark.parametrize(
        ("field", "value"),
        [("number", 7), ("eidr", "10.5240/1"), ("media_path", "../etc/passwd"), ("media_path", "/etc/passwd")],
    )
    def test_wrong_field_is_named(self, database: Database, field: str, value: object) -> None:
        """What cannot be kept is refused, and the field is named."""
        house = named_house(database)

        with pytest.raises(Invalid) as refusal, database.transaction() as session:
            entry = replace(REEL, **{field: value})  # type: ignore[arg-type]
            register_version(session, house.producer, project_id=house.project_id, entry=entry, now=NOW)

        assert list(refusal.value.fields) == [field]

    def test_warning_is_recorded_and_lets_it_pass(self, database: Database) -> None:
        """What only warns is said, and stands in the entry."""
        house = named_house(database, Template((Token("reel", TokenKind.NUMBER, Severity.WARN), *HOUSE.tokens[1:])))
        with database.transaction() as session:
            made = register_version(session, house.producer, project_id=house.project_id, entry=REEL, now=NOW)

        assert [finding.token for finding in made.warnings] == ["reel"]

    def test_needs_a_person_and_their_project(self, database: Database) -> None:
        """The house itself registers nothing, and a producer nothing of another project."""
        house = named_house(database)
        with database.transaction() as session:
            stranger = make_house(session, "NB-300").producer

        with pytest.raises(NotAllowed), database.transaction() as session:
            register_version(session, SYSTEM, project_id=house.project_id, entry=REEL, now=NOW)
        with pytest.raises(NotFound), database.transaction() as session:
            register_version(session, stranger, project_id=house.project_id, entry=REEL, now=NOW)

    def test_newest_is_marked(self, database: Database) -> None:
        """A list says which version is the newest."""
        house = named_house(database)
        later = replace(REEL, file_name="NB-204_reel2_grade_v003.mov", sha256="3" * 64)
        with database.transaction() as session:
            register_version(session, house.producer, project_id=house.project_id, entry=REEL, now=NOW)
        with database.transaction() as session:
            made = register_version(session, house.producer, project_id=house.project_id, entry=later, now=NOW)
        with database.reading() as session:
            rows = versions_of(session, house.producer, made.version.material_id, now=NOW)
            judged = judge_name(
                session, house.producer, house.project_id, "NB-204_reel2_grade_v003.mov", made.version.material_id
            )
            mails = session.scalars(select(OutboxMail)).all()

        assert [(row.number, row.is_newest) for row in rows] == [(3, True), (1, False)]
        assert (judged.findings, judged.next_name) == ((), "NB-204_reel2_grade_v004.mov")
        assert not [mail for mail in mails if mail.kind == "reviews.superseded"]


class TestTemplates:
    """Templates are data, stored in one form."""

    @pytest.mark.parametrize("preset", sorted(PRESETS))
    def test_template_comes_back_as_it_was(self, preset: str) -> None:
        """What was written is read back equal."""
        assert read_template(write_template(PRESETS[preset])) == PRESETS[preset]

    @pytest.mark.parametrize(
        ("template", "field"),
        [
            (Template(()), "tokens"),
            (Template(HOUSE.tokens, separator="__"), "separator"),
            (Template((Token("x", TokenKind.CHOICE),)), "tokens.0"),
            (Template((Token("x", TokenKind.TEXT, also="_"),)), "tokens.0"),
            (Template((Token("x", TokenKind.TEXT, shortest=5, longest=4),)), "tokens.0"),
        ],
    )
    def test_template_that_fits_nothing_is_refused(self, database: Database, template: Template, field: str) -> None:
        """A template that no name could satisfy, or that could not be split, names its fault."""
        with pytest.raises(Invalid) as refusal, database.transaction() as session:
            set_naming_template(session, SYSTEM, name="ours", template=template, version=0)

        assert list(refusal.value.fields) == [field]

    def test_older_version_changes_nothing(self, database: Database) -> None:
        """Who writes over somebody else's change is told so."""
        named_house(database)

        with pytest.raises(StaleVersion), database.transaction() as session:
            set_naming_template(session, SYSTEM, name="ours", template=PRESETS["netflix-vfx"], version=0)


class TestHash:
    """The command takes the hash that a version is registered with."""

    def test_hash_is_the_file_s(self, tmp_path: Path) -> None:
        """What is printed is what any other program says of the file."""
        path = tmp_path / "reel.mov"
        path.write_bytes(b"x" * 3_000_000)
        ran = CliRunner().invoke(reviews, ["hash", str(path)])

        assert ran.exit_code == 0
        assert ran.stdout == f"{hashlib.sha256(b'x' * 3_000_000).hexdigest()}  reel.mov\n"

    def test_what_is_not_there_is_said(self, tmp_path: Path) -> None:
        """A missing file ends with a sentence and code 2."""
        ran = CliRunner().invoke(reviews, ["hash", str(tmp_path / "none.mov")])

        assert ran.exit_code == 2
        assert "does not exist" in ran.output

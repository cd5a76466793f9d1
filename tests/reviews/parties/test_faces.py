"""Outside, a project is called what the house chose; its real titles are sealed."""

import pytest
from sqlalchemy import select, text

from answerprint.core.db import Database
from answerprint.core.problems import Invalid, StaleVersion
from audit.models import Entry
from reviews.queries.faces import allowed_hosts, outside_name, real_titles
from reviews.service.faces import FaceEntry, allow_host, drop_host, set_face
from tests.reviews.factories import House, make_house

HERON = FaceEntry(alias="BLUE HERON", is_alias_in_force=True, titles=("The Quiet Sea", "Das stille Meer"))


def chosen(database: Database, entry: FaceEntry = HERON) -> House:
    """Choose a project's face, in a transaction of its own."""
    with database.transaction() as session:
        house = make_house(session)
    with database.transaction() as session:
        set_face(session, house.producer, project_id=house.project_id, entry=entry, version=0)
    return house


class TestAlias:
    """While an alias is in force it is all that is said."""

    def test_alias_in_force_is_the_name_outside(self, database: Database) -> None:
        """Outside the alias stands, and the project's name is one of the real titles."""
        house = chosen(database)
        with database.reading() as session:
            name, titles = outside_name(session, house.project_id), real_titles(session, house.project_id)

        assert name == "BLUE HERON"
        assert titles == ("Northern Light", "The Quiet Sea", "Das stille Meer")

    def test_without_one_the_code_is(self, database: Database) -> None:
        """Where no alias is in force the code is the name, and no title is watched for."""
        house = chosen(database, FaceEntry(alias="BLUE HERON"))
        with database.reading() as session:
            assert outside_name(session, house.project_id) == "NB-204"
            assert real_titles(session, house.project_id) == ()

    @pytest.mark.parametrize("alias", ["northern-light", "The QuietSea II", "", "  "])
    def test_alias_that_says_a_title_is_refused(self, database: Database, alias: str) -> None:
        """However it is spelled, an alias in force neither says a real title nor nothing."""
        with database.transaction() as session:
            house = make_house(session)
        entry = FaceEntry(alias=alias, is_alias_in_force=True, titles=HERON.titles)

        with database.transaction() as session, pytest.raises(Invalid) as refusal:
            set_face(session, house.producer, project_id=house.project_id, entry=entry, version=0)

        assert list(refusal.value.fields) == ["alias"]

    def test_titles_stand_nowhere_in_clear(self, database: Database) -> None:
        """Neither the row nor the trail says a real title."""
        chosen(database)
        with database.reading() as session:
            rows = session.execute(text("SELECT * FROM reviews_project_faces")).all()
            bodies = b"".join(session.scalars(select(Entry.body)))

        assert b"BLUE HERON" in bodies
        assert "Quiet" not in str(rows)
        assert b"Quiet" not in bodies

    def test_older_version_changes_nothing(self, database: Database) -> None:
        """Who chooses over somebody else's choice is told so."""
        house = chosen(database)

        with database.transaction() as session, pytest.raises(StaleVersion):
            set_face(session, house.producer, project_id=house.project_id, entry=FaceEntry(), version=0)


class TestHosts:
    """Links hand off to named hosts only."""

    @pytest.mark.parametrize(
        "host", ["https://frame.example", "frame.example/x", "localhost", "10.0.0.1", "a b.example"]
    )
    def test_host_is_a_name(self, database: Database, host: str) -> None:
        """An address, a path or a number is no host."""
        with database.transaction() as session:
            house = make_house(session)

        with database.transaction() as session, pytest.raises(Invalid):
            allow_host(session, house.producer, project_id=house.project_id, host=host)

    def test_host_comes_and_goes(self, database: Database) -> None:
        """What is allowed twice is allowed once, and what is dropped is gone."""
        with database.transaction() as session:
            house = make_house(session)
        for _ in range(2):
            with database.transaction() as session:
                allow_host(session, house.producer, project_id=house.project_id, host="Frame.Example.")
        with database.reading() as session:
            allowed = list(allowed_hosts(session, house.project_id))
        with database.transaction() as session:
            drop_host(session, house.producer, project_id=house.project_id, host="frame.example")
        with database.reading() as session:
            left = list(allowed_hosts(session, house.project_id))

        assert (allowed, left) == (["frame.example"], [])

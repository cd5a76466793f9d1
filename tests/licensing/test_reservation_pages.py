"""The pages of reservations, as a producer and the technical staff use them."""

import re
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from flask import Flask

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from facility.roles import Role
from facility.service.projects import add_member
from licensing.rules.lots import LotChanges
from tests.licensing.factories import product_with_lots
from tests.licensing.reserving import projects, reserve, state_of
from tests.web.browsers import Browser

TODAY = clock.now().astimezone(ZoneInfo("Europe/Berlin")).date()
FIRST, LAST = TODAY + timedelta(days=3), TODAY + timedelta(days=8)
LOT: LotChanges = {"quantity": 10, "starts_on": TODAY, "ends_on": TODAY + timedelta(days=99)}


class House:
    """A product of ten seats, a producer with one project, and another project that holds eight."""

    def __init__(self, app: Flask, database: Database) -> None:
        self.product = product_with_lots(database, LOT)
        self.ours, self.theirs = projects(database, "HARB", "OSTR")
        self.tech, self.producer = Browser(app, database, Role.TECH), Browser(app, database, Role.PRODUCER)
        with database.transaction() as session:
            add_member(session, SYSTEM, project_id=self.ours, person_id=self.producer.person_id)
        self.held = reserve(database, self.product, self.theirs, 8, FIRST, LAST, now=clock.now()).id
        self.page = f"/seats/{self.product}/reservations"

    def wish(self, quantity: str) -> dict[str, str]:
        """Return what is typed."""
        return {"quantity": quantity, "starts_on": str(FIRST), "ends_on": str(LAST), "project_id": str(self.ours)}

    def ask(self, quantity: str) -> str:
        """Return the page that answers the producer's question."""
        typed = "&".join(f"{name}={value}" for name, value in self.wish(quantity).items())
        status, page = self.producer.get(f"{self.page}?{typed}")
        assert status == 200
        return page


@pytest.fixture(name="house")
def _house(app: Flask, database: Database) -> House:
    """A house with browsers in it."""
    return House(app, database)


def words(page: str) -> str:
    """Return what a page says, without its marks."""
    return " ".join(re.sub(r"<[^>]*>", " ", page).split())


class TestAsking:
    """The question stands in the address, and reserves nothing."""

    def test_yes_can_be_reserved(self, house: House, database: Database) -> None:
        """The answer has the button, and afterwards the seats are held."""
        assert "2 seats of Nuke are free on each day" in words(house.ask("2"))
        status, place = house.producer.submit(house.page, **house.wish("2"))
        assert status == 303
        made = UUID(place.partition("?")[0].rpartition("/")[2])

        assert state_of(database, made) == "held"
        assert "2 seats of Nuke for HARB" in house.producer.get(place)[1]

    def test_short_names_no_project_of_others_and_can_be_waited_for(self, house: House, database: Database) -> None:
        """Who holds the seats is for those who may see the project."""
        page = house.ask("5")
        assert "Short by 3" in page
        assert "Another project giving up 8" in words(page)
        assert "OSTR" not in page
        status, place = house.producer.submit(house.page, **house.wish("5"), waits_until=str(FIRST))
        made = UUID(place.partition("?")[0].rpartition("/")[2])
        assert (status, state_of(database, made)) == (303, "waiting")
        assert "offered at once to HARB (5)" in words(house.tech.get(f"/reservations/{house.held}")[1])
        house.tech.submit(f"/reservations/{house.held}/cancel")
        assert "It is your turn" in house.producer.get(f"/reservations/{made}")[1]
        house.producer.submit(f"/reservations/{made}/acceptance")

        assert state_of(database, made) == "held"

    @pytest.mark.parametrize(("quantity", "said"), [("two", "Write a whole number"), ("0", "Ask for 1 to")])
    def test_what_was_typed_stays(self, house: House, quantity: str, said: str) -> None:
        """A question that cannot be answered says why, beside the field."""
        page = house.ask(quantity)

        assert said in page
        assert f'value="{quantity}"' in page
        assert f'value="{FIRST}"' in page

    def test_a_refused_form_keeps_its_page(self, house: House) -> None:
        """Somebody else was faster: the page says so, with the question still in it."""
        status, page = house.producer.submit(house.page, **house.wish("5"))

        assert status == 409
        assert "not free on every day" in page
        assert f'value="{FIRST}"' in page


class TestTimeline:
    """The picture says in words what it shows."""

    def test_days_and_lanes_have_their_titles(self, house: House) -> None:
        """Shape and word for short days, a title for each, and a table behind it."""
        page = house.ask("5")

        assert page.count('class="mark-short"') == 6 + 1
        assert ">short</text>" in page
        assert "10 seats, 8 reserved, 2 free, short by 3</title>" in page
        assert "another project: 8, " in page
        assert "Seats day by day" in page

    def test_the_product_page_shows_it_too(self, house: House) -> None:
        """With the question beside it."""
        page = house.producer.get(f"/seats/{house.product}")[1]

        assert "Timeline of reserved seats" in page
        assert 'aria-label="Ask for seats"' in page


def test_a_reservation_is_changed_and_listed(house: House, database: Database) -> None:
    """With the version that was read; an old one is refused."""
    typed = {"quantity": "6", "starts_on": str(FIRST), "ends_on": str(LAST), "version": "1"}
    path = f"/reservations/{house.held}"
    assert house.tech.submit(path, **typed)[0] == 303
    assert house.tech.submit(path, **(typed | {"quantity": "5"}))[0] == 412
    assert house.producer.get(path)[0] == 404

    assert "OSTR" in house.tech.get("/reservations")[1]
    assert "No reservations yet" in house.producer.get("/reservations")[1]
    assert state_of(database, house.held) == "held"


def test_a_blackout_is_added_and_lifted(house: House) -> None:
    """By the technical staff; everybody sees it."""
    typed = {"starts_on": str(FIRST), "ends_on": str(FIRST), "reason": "The server moves.", "is_for_all": "true"}
    assert house.tech.submit(f"/seats/{house.product}/blackouts/new", **typed)[0] == 303
    assert "blackout: The server moves." in house.ask("1")
    (lift,) = re.findall(rf"/seats/{house.product}/blackouts/[^/\"]*/lift", house.tech.get(house.page)[1])
    assert house.tech.submit(lift)[0] == 303

    assert "free on each day" in house.ask("1")

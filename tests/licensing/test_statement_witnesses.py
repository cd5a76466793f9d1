"""A statement rests on event logs and captures, and says what on which; each counting rule counts its own part."""

import pytest

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.api.statements import blueprint
from licensing.rules.sightings import RestsOn
from licensing.rules.statement import State
from licensing.service.counting import change_counting_rule
from licensing.service.options import take_options
from tests.licensing.event_logs import LINES
from tests.licensing.event_logs import send as send_log
from tests.licensing.factories import NOW
from tests.licensing.polled_house import AT, DAY, MINUTE, House, line_of, poll, polled_house
from tests.licensing.routes_alone import client_of


@pytest.fixture(name="house")
def _house(database: Database) -> House:
    """A product of one seat on a server whose clock shows UTC: contract, product and server."""
    return polled_house(database)


class TestTogether:
    """The log of 8 to 9:30 has two at once from 8:20 to 8:30, and again from 8:31 on."""

    def test_a_log_closes_the_gaps_between_captures(self, database: Database, house: House) -> None:
        """Captures at 8:05 and 9:00 saw one seat at most; the log proves two, so the product was over."""
        poll(database, house[2], [], AT + 5 * MINUTE)
        poll(database, house[2], ["ole"], AT + 15 * MINUTE)
        alone = line_of(database, house[0])
        send_log(database, house[2], *LINES)
        line = line_of(database, house[0])

        assert (alone.state, alone.upper, alone.observed.coverage) == (State.STALE, 1, "1.3")
        assert (line.state, line.lower, line.upper, line.observed.coverage) == (State.OVER, 2, 2, "6.2")
        assert next((one.overage.starts_at - AT, one.overage.ends_at) for one in line.overages) == (
            20 * MINUTE,
            AT + 30 * MINUTE,
        )
        assert line.true_denials == 1

    def test_each_stretch_says_what_it_rests_on(self, database: Database, house: House) -> None:
        """Nothing before the log, both while a capture is fresh, captures after its end, and nothing again."""
        send_log(database, house[2], *LINES)
        poll(database, house[2], ["kim"], AT + 85 * MINUTE)
        line = line_of(database, house[0])

        assert [((one.starts_at - AT) // MINUTE, one.rests_on) for one in line.rests] == [
            (-480, RestsOn.NOTHING),
            (0, RestsOn.LOG),
            (85, RestsOn.BOTH),
            (90, RestsOn.POLLS),
            (95, RestsOn.NOTHING),
        ]

    def test_a_seat_is_not_counted_twice(self, database: Database, house: House) -> None:
        """Ole stands in the log and on the capture, and is one."""
        send_log(database, house[2], *LINES)
        poll(database, house[2], ["ole", "kim"], AT + 40 * MINUTE)
        line = line_of(database, house[0])

        assert (line.lower, line.upper) == (2, 2)
        assert len(line.overages) == 2

    @pytest.mark.parametrize(("options", "told"), [(b"NOLOG DENIED\n", 2), (b"NOLOG OUT\n", None)])
    def test_what_is_kept_out_of_the_log(
        self, database: Database, house: House, options: bytes, told: int | None
    ) -> None:
        """Without denials none is counted, and that is no zero; without checkouts the log proves and bounds nothing."""
        send_log(database, house[2], *LINES)
        with database.transaction() as session:
            take_options(session, SYSTEM, server_id=house[2], raw=options, now=NOW)
        line = line_of(database, house[0])

        assert (line.true_denials, line.lower) == (None, told)

    def test_as_json(self, database: Database, house: House) -> None:
        """The stretches and the number of true denials stand in the line."""
        send_log(database, house[2], *LINES)
        path = f"/api/v1/licensing/contracts/{house[0]}/statement"
        answer = client_of(database, blueprint).get(path, query_string={"from": str(DAY), "to": str(DAY)})
        assert answer.json is not None
        (line,) = answer.json["lines"]

        assert [one["rests_on"] for one in line["rests_on"]] == ["nothing", "log", "nothing"]
        assert (line["true_denials"], line["peak"]["moment"]["rests_on"]) == (1, "log")


class TestCountingRules:
    """The period is split where the rule changed, and each part is counted by its own."""

    def test_a_rule_that_was_changed(self, database: Database, house: House) -> None:
        """Three lines of two people: three seats by handle until nine, then two by user; both are named."""
        contract_id, product_id, server_id = house
        for minutes in (30, 90):
            poll(database, server_id, ["mara", "mara", "ole"], AT + minutes * MINUTE)
        with database.transaction() as session:
            change_counting_rule(
                session, SYSTEM, product_id=product_id, said={"by": "user"}, version=0, now=AT + 60 * MINUTE
            )
        line = line_of(database, contract_id)
        first, second = line.counting

        assert (first.version, second.version, line.counting_version) == (0, 1, 1)
        assert first.ends_at == second.starts_at == AT + 60 * MINUTE
        assert first.counted is not None
        assert second.counted is not None
        assert (first.counted.seats, second.counted.seats) == (3, 2)

    def test_without_a_rule(self, database: Database, house: House) -> None:
        """There is nothing to split and nothing to name."""
        poll(database, house[2], ["mara"], AT)

        assert line_of(database, house[0]).counting == ()

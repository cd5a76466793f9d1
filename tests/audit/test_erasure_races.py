"""An erasure and whoever records with the same key at the same moment wait for each other."""

import threading
import time
from uuid import UUID

from answerprint.core import clock
from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database, settle
from answerprint.web.erasure import carry_out_erasure
from audit.queries.subjects import scope_of
from audit.record import record
from audit.rules import OrderClosed
from audit.service.erasures import Erased
from tests.audit.deciding import TwoPeople, ask, everywhere
from tests.facts import PersonSeen


class Deciding(threading.Thread):
    """Somebody who carries an order out beside the test."""

    def __init__(self, database: Database, people: TwoPeople, order_id: UUID) -> None:
        super().__init__(daemon=True)
        self.erased: Erased | None = None
        self.refused: OrderClosed | None = None
        self._database, self._people, self._order_id = database, people, order_id

    def run(self) -> None:
        """Carry the order out."""
        try:
            with self._database.transaction() as session:
                self.erased = carry_out_erasure(
                    session,
                    self._people.decides,
                    order_id=self._order_id,
                    now=clock.now(),
                )
        except OrderClosed as error:
            self.refused = error


def test_what_is_being_recorded_is_erased_too(database: Database, people: TwoPeople) -> None:
    """A value that is written while the order is carried out is either waited for, and erased, or has a new key."""
    person = everywhere(database)
    subject = f"person:{person.id}"
    order = ask(database, people)
    with database.transaction() as session:
        record(session, SYSTEM, PersonSeen(about=subject, name="Late Name", place="door"))
        settle(session)
        deciding = Deciding(database, people, order.id)
        deciding.start()
        time.sleep(0.4)
        assert deciding.is_alive()
    deciding.join(20)
    with database.reading() as reading:
        left = scope_of(reading, subject).values

    assert deciding.erased is not None
    assert left == 0


def test_order_is_carried_out_once(database: Database, people: TwoPeople) -> None:
    """Of two who approve the same order at once, one erases and the other one is told that it is done."""
    everywhere(database)
    order = ask(database, people)
    both = [Deciding(database, people, order.id) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(20)

    assert sorted(one.erased is not None for one in both) == [False, True]
    assert sorted(one.refused is not None for one in both) == [False, True]

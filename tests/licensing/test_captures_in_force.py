"""Who it was: captures that show the same numbers are judged as one, but only the newest says who held the seats."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from answerprint.core.actor import SYSTEM
from answerprint.core.db import Database
from licensing.queries.statements import contract_statement
from licensing.service.captures import take_capture
from licensing.service.products import link_feature
from tests.licensing.factories import make_lot, make_product, make_server
from tests.licensing.printed import Use, lmstat

BERLIN = ZoneInfo("Europe/Berlin")
MIDNIGHT = datetime(2026, 3, 15, 23, 0, tzinfo=UTC)


def test_others_hold_as_many(database: Database) -> None:
    """Two at ten, two others at eleven, one seat from midnight on: those of eleven were over, by the later capture."""
    with database.transaction() as session:
        product = make_product(session)
        lot = make_lot(session, product, quantity=1)
        make_lot(session, product, quantity=1, ends_on=date(2026, 3, 15))
        server = make_server(session, stale=3 * 3600)
        link_feature(session, SYSTEM, product_id=product.id, server_id=server.id, name="nuke_i")
        for hours, users in ((2, ("mara", "ole")), (1, ("kim", "jo"))):
            at, raw = MIDNIGHT - timedelta(hours=hours), lmstat({"nuke_i": Use(2, users)}, printed=None)
            take_capture(session, SYSTEM, server_id=server.id, raw=raw, taken_at=at, now=at)
    with database.reading() as session:
        (line,) = contract_statement(
            session,
            lot.contract_id,
            starts_on=date(2026, 3, 15),
            ends_on=date(2026, 3, 16),
            zone=BERLIN,
            now=MIDNIGHT + timedelta(days=30),
        ).lines
    (overage,) = line.overages

    assert overage.overage.starts_at == MIDNIGHT
    assert [one.user for one in overage.peak.holders or ()] == ["kim", "jo"]
    assert overage.peak.moment.captures[0] in {
        one.capture_id for one in line.evidence if one.taken_at == MIDNIGHT - timedelta(hours=1)
    }
    assert line.peak is not None
    assert [one.user for one in line.peak.holders or ()] == ["mara", "ole"]

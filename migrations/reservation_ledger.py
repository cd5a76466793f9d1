"""The triggers of revision 0010, which refuse a reservation that oversells a day. A later change stands elsewhere.

What they ask is what ``licensing.rules.availability`` asks: on each day of a reservation that asks for more than it
had, all that is reserved, with what other projects have out beyond what they reserved, stays within the lots, without
their overage.
A checkout counts on each day from its start to its last, and as long as nobody wrote its end down: the database knows
no time but the one that is written in it. Use only rises on the day on which something begins, and the lots only fall
on the day after one ends, so those days are looked at, and the first.

On PostgreSQL the update of the pool's row takes its lock, as a checkout's does, so that of two transactions the second
sees what the first did, or fails. On SQLite there is one writer.
"""

OVERSOLD = "the lots of a day carry no more reserved seats"
NO_FIRST_DAY = "counts_from is no day of the reservation"
NO_LAST_DAY = "last_on is no day of expires_at"

_COUNTS = "state IN ('held', 'offered')"
_FIRST = "COALESCE({0}.counts_from, {0}.starts_on)"
_NEW_FIRST, _OLD_FIRST = _FIRST.format("NEW"), _FIRST.format("OLD")
ASKS_FOR_MORE = f"""(OLD.state NOT IN ('held', 'offered') OR NEW.quantity > OLD.quantity
    OR NEW.product_id <> OLD.product_id OR NEW.project_id <> OLD.project_id
    OR {_NEW_FIRST} < {_OLD_FIRST} OR NEW.ends_on > OLD.ends_on)"""
# What an older release wrote names no last day: it counts a day too long rather than one too short.
_LAST_ON = {
    "sqlite": "COALESCE(c.last_on, DATE(c.expires_at, '+1 day'))",
    "postgresql": "COALESCE(c.last_on, CAST(c.expires_at AT TIME ZONE 'UTC' AS date) + 1)",
}
_AFTER = {"sqlite": "DATE(ends_on, '+1 day')", "postgresql": "ends_on + 1"}
_MOST = {"sqlite": "MAX", "postgresql": "GREATEST"}
_OTHER = {
    "sqlite": "c.project_id IS NOT NEW.project_id",
    "postgresql": "c.project_id IS DISTINCT FROM NEW.project_id",
}


def oversold_day(dialect: str) -> str:
    """Return the condition that on some day of NEW more is reserved than its lots give."""
    first = _FIRST.format("r")
    reserved = f"r.product_id = NEW.product_id AND r.{_COUNTS} AND {first} <= d.day AND r.ends_on >= d.day"
    seats = "l.product_id = NEW.product_id AND l.starts_on <= d.day AND (l.ends_on IS NULL OR l.ends_on >= d.day)"
    seats += " AND l.metric NOT IN ('token', 'core-points', 'processor-points', 'other')"
    return f"""EXISTS (SELECT 1 FROM (
        SELECT {_NEW_FIRST} AS day
        UNION SELECT {first} FROM licensing_reservations r WHERE r.product_id = NEW.product_id AND r.{_COUNTS}
        UNION SELECT c.started_on FROM licensing_checkouts c
            WHERE c.product_id = NEW.product_id AND c.ended_at IS NULL
        UNION SELECT {_AFTER[dialect]} FROM licensing_lots WHERE product_id = NEW.product_id AND ends_on < NEW.ends_on
    ) AS d WHERE d.day >= {_NEW_FIRST} AND d.day <= NEW.ends_on
      AND NOT EXISTS (SELECT 1 FROM licensing_lots l WHERE l.quantity IS NULL AND {seats})
      AND (SELECT COALESCE(SUM(r.quantity), 0) FROM licensing_reservations r WHERE {reserved})
        + (SELECT COALESCE(SUM({_MOST[dialect]}(0, held_out.seats - COALESCE((SELECT SUM(r.quantity)
              FROM licensing_reservations r WHERE {reserved} AND r.project_id = held_out.project_id), 0))), 0)
            FROM (SELECT c.project_id, SUM(c.quantity) AS seats FROM licensing_checkouts c
                WHERE c.product_id = NEW.product_id AND c.ended_at IS NULL AND {_OTHER[dialect]}
                  AND c.started_on <= d.day AND {_LAST_ON[dialect]} >= d.day GROUP BY c.project_id) AS held_out)
        > (SELECT COALESCE(SUM(l.quantity), 0) FROM licensing_lots l WHERE {seats}))"""  # noqa: S608 - our own words


_IS_NO_DAY = "NEW.counts_from IS NOT NULL AND (NEW.counts_from < NEW.starts_on OR NEW.counts_from > NEW.ends_on)"


def _sqlite(name: str, when: str, condition: str, refused: str, sentence: str) -> str:
    return f"""CREATE TRIGGER {name} {when} WHEN {condition} BEGIN
        SELECT RAISE(ABORT, '{sentence}') WHERE {refused}; END"""


_RESERVATIONS, _CHECKOUTS = "licensing_reservations", "licensing_checkouts"
_LAST_IS_ASTRAY = "ABS(JULIANDAY(NEW.last_on) - JULIANDAY(DATE(NEW.expires_at))) > 1"
SQLITE = (
    _sqlite(
        f"{_RESERVATIONS}_insert",
        f"AFTER INSERT ON {_RESERVATIONS}",
        f"NEW.{_COUNTS}",
        oversold_day("sqlite"),
        OVERSOLD,
    ),
    _sqlite(
        f"{_RESERVATIONS}_update",
        f"AFTER UPDATE ON {_RESERVATIONS}",
        f"NEW.{_COUNTS} AND {ASKS_FOR_MORE}",
        oversold_day("sqlite"),
        OVERSOLD,
    ),
    _sqlite(f"{_RESERVATIONS}_days", f"BEFORE INSERT ON {_RESERVATIONS}", "1", _IS_NO_DAY, NO_FIRST_DAY),
    _sqlite(f"{_RESERVATIONS}_new_days", f"BEFORE UPDATE ON {_RESERVATIONS}", "1", _IS_NO_DAY, NO_FIRST_DAY),
    _sqlite(f"{_CHECKOUTS}_days", f"BEFORE INSERT ON {_CHECKOUTS}", "1", _LAST_IS_ASTRAY, NO_LAST_DAY),
    _sqlite(f"{_CHECKOUTS}_new_days", f"BEFORE UPDATE ON {_CHECKOUTS}", "1", _LAST_IS_ASTRAY, NO_LAST_DAY),
)
SQLITE_TRIGGERS = tuple(statement.split()[2] for statement in SQLITE)


def _function(name: str, body: str) -> str:
    return f"CREATE FUNCTION licensing_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$"


def _refuse(sentence: str) -> str:
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation'"


def _trigger(name: str, when: str, function: str) -> str:
    table = when.rsplit(maxsplit=1)[-1]
    return f"CREATE TRIGGER {table}_{name} {when} FOR EACH ROW EXECUTE FUNCTION licensing_{function}()"


POSTGRESQL_FUNCTIONS = ("licensing_hold_reservation", "licensing_keep_last_day")
POSTGRESQL = (
    _function(
        "hold_reservation",
        f"""
        IF {_IS_NO_DAY} THEN {_refuse(NO_FIRST_DAY)}; END IF;
        IF NEW.state NOT IN ('held', 'offered') THEN RETURN NULL; END IF;
        IF TG_OP = 'UPDATE' AND NOT {ASKS_FOR_MORE} THEN RETURN NULL; END IF;
        INSERT INTO licensing_pools (product_id, checked_out) VALUES (NEW.product_id, 0) ON CONFLICT DO NOTHING;
        UPDATE licensing_pools SET checked_out = checked_out WHERE product_id = NEW.product_id;
        IF {oversold_day("postgresql")} THEN {_refuse(OVERSOLD)}; END IF;
        RETURN NULL;""",  # noqa: S608
    ),
    _function(
        "keep_last_day",
        f"""
        IF ABS(NEW.last_on - CAST(NEW.expires_at AT TIME ZONE 'UTC' AS date)) > 1 THEN {_refuse(NO_LAST_DAY)}; END IF;
        RETURN NEW;""",
    ),
    _trigger("hold", f"AFTER INSERT OR UPDATE ON {_RESERVATIONS}", "hold_reservation"),
    _trigger("last_day", f"BEFORE INSERT OR UPDATE ON {_CHECKOUTS}", "keep_last_day"),
)
POSTGRESQL_TRIGGERS = ((f"{_RESERVATIONS}_hold", _RESERVATIONS), (f"{_CHECKOUTS}_last_day", _CHECKOUTS))

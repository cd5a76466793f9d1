"""The triggers of revision 0003, which keep the ledger of seats. A later change stands in a later revision, not here.

On PostgreSQL the update of the pool's row takes its lock, so of two transactions the second sees what the first did.
On SQLite there is one writer.
"""

BOUND = """
    SELECT COALESCE(SUM(quantity + COALESCE(overage_quantity, 0)), 0) AS seats,
           COUNT(CASE WHEN quantity IS NULL OR (overage_policy <> 'hard' AND overage_quantity IS NULL) THEN 1 END)
               AS unbounded
      FROM licensing_lots
     WHERE product_id = NEW.product_id AND starts_on <= NEW.started_on
       AND (ends_on IS NULL OR ends_on >= NEW.started_on)
       AND metric NOT IN ('token', 'core-points', 'processor-points', 'other')
"""
OPEN_SEATS = """
    (SELECT COALESCE(SUM(quantity), 0) FROM licensing_checkouts
      WHERE product_id = NEW.product_id AND ended_at IS NULL)
"""
NO_SEATS = "the lots of this day carry no more seats"
NO_DAY = "started_on is no day of started_at"
KEPT = "a checkout is kept: its seats, its start and its end do not change"
LEDGER = "the pool is counted by the checkouts alone"

# SQLite: a trigger cannot tell a statement from another trigger, so a pool is held against the sum of its checkouts.
SQLITE = (
    f"""CREATE TRIGGER licensing_checkouts_before_insert BEFORE INSERT ON licensing_checkouts BEGIN
        SELECT RAISE(ABORT, '{KEPT}') WHERE EXISTS (SELECT 1 FROM licensing_checkouts WHERE id = NEW.id);
        SELECT RAISE(ABORT, '{NO_DAY}') WHERE ABS(JULIANDAY(NEW.started_on) - JULIANDAY(DATE(NEW.started_at))) > 1;
        INSERT INTO licensing_pools (product_id, checked_out) SELECT NEW.product_id, 0
            WHERE NOT EXISTS (SELECT 1 FROM licensing_pools WHERE product_id = NEW.product_id);
    END""",  # noqa: S608 - sentences of ours, as in all that follow
    f"""CREATE TRIGGER licensing_checkouts_insert AFTER INSERT ON licensing_checkouts WHEN NEW.ended_at IS NULL BEGIN
        UPDATE licensing_pools SET checked_out = checked_out + NEW.quantity WHERE product_id = NEW.product_id;
        SELECT RAISE(ABORT, '{NO_SEATS}') FROM ({BOUND}) AS bound WHERE unbounded = 0
            AND (SELECT checked_out FROM licensing_pools WHERE product_id = NEW.product_id) > seats;
    END""",  # noqa: S608
    f"""CREATE TRIGGER licensing_checkouts_before_update BEFORE UPDATE ON licensing_checkouts
        WHEN NEW.id <> OLD.id OR NEW.product_id <> OLD.product_id OR NEW.quantity <> OLD.quantity
            OR NEW.started_on <> OLD.started_on OR NEW.started_at <> OLD.started_at
            OR (OLD.ended_at IS NOT NULL AND (NEW.ended_at IS NOT OLD.ended_at OR NEW.expires_at <> OLD.expires_at))
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    """CREATE TRIGGER licensing_checkouts_update AFTER UPDATE ON licensing_checkouts
        WHEN OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL BEGIN
        UPDATE licensing_pools SET checked_out = checked_out - NEW.quantity WHERE product_id = NEW.product_id; END""",
    f"""CREATE TRIGGER licensing_checkouts_delete BEFORE DELETE ON licensing_checkouts
        BEGIN SELECT RAISE(ABORT, '{KEPT}'); END""",
    f"""CREATE TRIGGER licensing_pools_insert AFTER INSERT ON licensing_pools
        WHEN NEW.checked_out <> {OPEN_SEATS} BEGIN SELECT RAISE(ABORT, '{LEDGER}'); END""",
    f"""CREATE TRIGGER licensing_pools_update AFTER UPDATE ON licensing_pools
        WHEN NEW.product_id <> OLD.product_id OR NEW.checked_out <> {OPEN_SEATS}
        BEGIN SELECT RAISE(ABORT, '{LEDGER}'); END""",
    f"""CREATE TRIGGER licensing_pools_delete BEFORE DELETE ON licensing_pools
        BEGIN SELECT RAISE(ABORT, '{LEDGER}'); END""",
)

POSTGRESQL_FUNCTIONS = (
    "licensing_open_checkout",
    "licensing_keep_checkout",
    "licensing_end_checkout",
    "licensing_keep_pool",
    "licensing_refuse_removal",
)


def _function(name: str, body: str, *, declare: str = "") -> str:
    return f"CREATE FUNCTION licensing_{name}() RETURNS trigger LANGUAGE plpgsql AS $$ {declare} BEGIN {body} END $$"


def _refuse(sentence: str) -> str:
    return f"RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation'"


def _trigger(table: str, when: str, function: str, *, each: str = "ROW") -> str:
    name = f"{table}_{when.lower().replace(' ', '_')}"
    return f"CREATE TRIGGER {name} {when} ON {table} FOR EACH {each} EXECUTE FUNCTION licensing_{function}()"


POSTGRESQL = (
    _function(
        "open_checkout",
        declare="DECLARE total bigint; bound record;",
        body=f"""
        IF ABS(NEW.started_on - CAST(NEW.started_at AT TIME ZONE 'UTC' AS date)) > 1 THEN {_refuse(NO_DAY)}; END IF;
        IF NEW.ended_at IS NOT NULL THEN RETURN NULL; END IF;
        INSERT INTO licensing_pools (product_id, checked_out) VALUES (NEW.product_id, 0) ON CONFLICT DO NOTHING;
        UPDATE licensing_pools SET checked_out = checked_out + NEW.quantity WHERE product_id = NEW.product_id
            RETURNING checked_out INTO total;
        {BOUND.replace("FROM licensing_lots", "INTO bound FROM licensing_lots")};
        IF bound.unbounded = 0 AND total > bound.seats THEN {_refuse(NO_SEATS)}; END IF;
        RETURN NULL;""",  # noqa: S608
    ),
    _function(
        "keep_checkout",
        body=f"""
        IF (NEW.id, NEW.product_id, NEW.quantity, NEW.started_on, NEW.started_at)
            IS DISTINCT FROM (OLD.id, OLD.product_id, OLD.quantity, OLD.started_on, OLD.started_at)
            OR (OLD.ended_at IS NOT NULL
                AND (NEW.ended_at, NEW.expires_at) IS DISTINCT FROM (OLD.ended_at, OLD.expires_at))
        THEN {_refuse(KEPT)}; END IF;
        RETURN NEW;""",
    ),
    _function(
        "end_checkout",
        body="""
        IF OLD.ended_at IS NULL AND NEW.ended_at IS NOT NULL THEN
            UPDATE licensing_pools SET checked_out = checked_out - NEW.quantity WHERE product_id = NEW.product_id;
        END IF;
        RETURN NULL;""",
    ),
    _function(
        "keep_pool",
        # Depth 1 is this trigger alone: the statement came from outside, not from a trigger on the checkouts.
        body=f"""
        IF TG_OP = 'INSERT' THEN
            IF NEW.checked_out <> 0 THEN {_refuse(LEDGER)}; END IF;
        ELSIF NEW.product_id <> OLD.product_id OR (pg_trigger_depth() < 2 AND NEW.checked_out <> OLD.checked_out)
        THEN {_refuse(LEDGER)}; END IF;
        RETURN NEW;""",
    ),
    _function("refuse_removal", body=f"{_refuse(KEPT)};"),
    _trigger("licensing_checkouts", "AFTER INSERT", "open_checkout"),
    _trigger("licensing_checkouts", "BEFORE UPDATE", "keep_checkout"),
    _trigger("licensing_checkouts", "AFTER UPDATE", "end_checkout"),
    _trigger("licensing_checkouts", "BEFORE DELETE", "refuse_removal"),
    _trigger("licensing_checkouts", "BEFORE TRUNCATE", "refuse_removal", each="STATEMENT"),
    _trigger("licensing_pools", "BEFORE INSERT OR UPDATE", "keep_pool"),
    _trigger("licensing_pools", "BEFORE DELETE", "refuse_removal"),
    _trigger("licensing_pools", "BEFORE TRUNCATE", "refuse_removal", each="STATEMENT"),
)

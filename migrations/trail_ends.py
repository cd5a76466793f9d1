"""The triggers of revision 0004: how far the trail's rows may end. A later change stands in a later revision, not here.

An entry goes only below its log's minimum index; a personal value is emptied only once its subject's key is gone; a key
goes only by an approved order; a minimum grows only by an approved order. All else stays refused.
"""

APPEND_ONLY = (
    "audit_log_keys",
    "audit_key_revocations",
    "audit_cosignatures",
    "audit_witnessings",
    "audit_prunings",
)
REFUSED = "the trail is append-only"
PRUNED = "OLD.idx < (SELECT COALESCE(MAX(minimum), 0) FROM audit_prunings WHERE log_id = OLD.log_id)"
ERASABLE = "(SELECT 1 FROM audit_orders WHERE kind = 'erasure' AND subject = OLD.subject AND state = 'approved')"
PRUNABLE = (
    "(SELECT 1 FROM audit_orders WHERE id = NEW.order_id AND kind = 'pruning' AND state = 'approved'"
    " AND log_id = NEW.log_id AND minimum = NEW.minimum)"
)
GROWS = "NEW.minimum > (SELECT COALESCE(MAX(minimum), 0) FROM audit_prunings WHERE log_id = NEW.log_id)"
EMPTIED = (
    "NEW.log_id = OLD.log_id AND NEW.idx = OLD.idx AND NEW.name = OLD.name AND NEW.sealed IS NULL AND NEW.tag IS NULL"
    " AND NEW.subject LIKE 'erased:%'"
    " AND NOT EXISTS (SELECT 1 FROM audit_subjects WHERE subject = OLD.subject)"
)
NO_UPDATE = ("audit_entries", "audit_subjects", *APPEND_ONLY)
NO_DELETE = ("audit_orders", "audit_holds", "audit_retentions", *APPEND_ONLY)
NO_TRUNCATE = (
    "audit_entries",
    "audit_disclosures",
    "audit_subjects",
    "audit_orders",
    "audit_holds",
    "audit_retentions",
    *APPEND_ONLY,
)
CONDITIONS = {
    ("audit_entries", "DELETE"): PRUNED,
    ("audit_disclosures", "DELETE"): PRUNED,
    ("audit_disclosures", "UPDATE"): EMPTIED,
    ("audit_subjects", "DELETE"): f"EXISTS {ERASABLE}",
    ("audit_prunings", "INSERT"): f"{GROWS} AND EXISTS {PRUNABLE}",
}
"""What may be done, and the condition on which it may."""


def on_sqlite() -> list[str]:
    """Return the statements that make the triggers."""
    statements = [_sqlite(table, "UPDATE", "") for table in NO_UPDATE]
    statements += [_sqlite(table, "DELETE", "") for table in NO_DELETE]
    return statements + [
        _sqlite(table, act, f" WHEN NOT ({condition})") for (table, act), condition in CONDITIONS.items()
    ]


def _sqlite(table: str, act: str, when: str) -> str:
    return (
        f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table}{when} "
        f"BEGIN SELECT RAISE(ABORT, '{REFUSED}'); END"
    )


def on_postgresql() -> list[str]:
    """Return the statements that make the functions and triggers."""
    statements = [_postgresql(table, "UPDATE", "audit_refuse_change") for table in NO_UPDATE]
    statements += [_postgresql(table, "DELETE", "audit_refuse_change") for table in NO_DELETE]
    for (table, act), condition in CONDITIONS.items():
        judge, row = f"{table}_judge_{act.lower()}", "OLD" if act == "DELETE" else "NEW"
        body = f"IF NOT ({condition}) THEN RAISE EXCEPTION '{REFUSED}'; END IF; RETURN {row};"
        statements.append(f"CREATE FUNCTION {judge}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {body} END $$")
        statements.append(_postgresql(table, act, judge))
    statements += [
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change()"
        for table in NO_TRUNCATE
    ]
    return statements


def _postgresql(table: str, act: str, function: str) -> str:
    return f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} FOR EACH ROW EXECUTE FUNCTION {function}()"

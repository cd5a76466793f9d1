"""The records of licences in the JSON of ``sesictrl``, in the shapes that are known."""

from dataclasses import replace
from typing import Protocol
from zoneinfo import ZoneInfo

from licensing.collectors.dates import Expiry, read_expiry
from licensing.collectors.formats import not_a_capture
from licensing.collectors.reading import PoolReading
from licensing.collectors.seats import MAX_SEATS, Seen
from licensing.collectors.servers import FoundServer
from licensing.collectors.sesinetd_users import json_holder

# In each row the first key that is there counts; the licence string stands before the words for people.
_PRODUCT = ("product_id", "product", "license", "name")
_TOTAL = ("total_tokens", "total", "count", "quantity", "seats")
_USERS = ("users", "usage", "in_use", "checkouts", "clients")
_ENDS = ("expiry", "expires")
_MACHINE = ("machine", "host", "hostname", "server")
_USER = ("username", "user", "owner")
_TIME = ("time", "checkout")
_TOKENS = ("tokens", "count", "used")

_IGNORED = frozenset(
    {
        *("id", "platform", "display", "version", "available", "disabled", "servable", "ip_mask", "ipmask", "ipmatch"),
        *("servers", "resolved_server", "license_access_mode", "start_time", "start_date", "signature", "error"),
    }
)
_RECORD = frozenset({*_PRODUCT, *_TOTAL, *_USERS, *_ENDS, *_IGNORED})
_ENTRY = frozenset({*_MACHINE, *_USER, *_TIME, *_TOKENS, "id"})


def _is_flat(record: dict[str, object]) -> bool:
    """Report whether a record is the use of one host: it names a host, and neither a list nor what is free."""
    names_host = any(key in record for key in _MACHINE[:3])
    return names_host and "available" not in record and not any(key in record for key in _USERS)


class Doubts(Protocol):
    """Where a doubt about a key goes."""

    def doubt_key(self, key: str, *, reason: str = "") -> None:
        """Doubt the line of a key."""


class Records:
    """Reads the records of one server."""

    def __init__(self, server: FoundServer, notes: Doubts, zone: ZoneInfo) -> None:
        self._server = server
        self._notes = notes
        self._zone = zone
        self._known: set[str] = set()

    def read(self, records: list[object]) -> None:
        """Take each record; refuses one whose product or whose use cannot be known, naming the keys it has."""
        for record in records:
            if not isinstance(record, dict):
                raise not_a_capture("A licence of this JSON is no object, so its product is not known.")
            self._read(record)

    def _read(self, record: dict[str, object]) -> None:
        name = self._text(record, _PRODUCT)
        is_flat = _is_flat(record)
        says_use = "available" in record or is_flat or any(key in record for key in _USERS)
        if not name or not (says_use or any(key in record for key in _TOTAL)):
            keys = ", ".join(f"“{key[:80]}”" for key in list(record)[:10]) or "none"
            raise not_a_capture(
                f"A licence of this JSON names no product, or no number of seats, in a key that is known; its keys "
                f"are: {keys}."
            )
        self._doubt_strange_keys(record, _RECORD | _ENTRY if is_flat else _RECORD)
        identity = self._text(record, ("id",))
        if identity and identity in self._known and not is_flat:
            self._notes.doubt_key("id", reason=f"the licence {identity[:80]} again; its seats count once")
            return
        self._known.add(identity)
        seen = self._server.feature(name)
        seen.is_per_host = True
        pool = self._pool(record, identity)
        if is_flat:
            self._keep_flat(record, seen, pool)
            self._read_entry(record, seen, pool, is_flat=True)
        else:
            seen.pools.append(pool)
            self._read_users(record, seen, pool)

    def _keep_flat(self, record: dict[str, object], seen: Seen, pool: PoolReading) -> None:
        """Keep the pool of a record that is itself the use of one host; a count there may be either's."""
        seen.lists_holders = True
        key = next((key for key in _TOTAL if key in record), "")
        if not seen.pools:
            seen.pools.append(pool)
            if key:
                words = "beside one host this is read as the seats that there are, though it may be those it holds"
                self._notes.doubt_key(key, reason=words)
        elif seen.pools[0].issued != pool.issued:
            # Two hosts and two counts: then they are what each holds, or nobody knows what.
            seen.is_contradictory = True
            seen.pools[0] = replace(seen.pools[0], issued=None)
            self._notes.doubt_key(key, reason="the records of one product state different counts, so none is kept")

    def _pool(self, record: dict[str, object], identity: str) -> PoolReading:
        kind = self._kind(record)
        issued, available = self._seats(record, _TOTAL), self._seats(record, ("available",))
        if kind is not None:
            # It gives no seat out, so none of it is free and none that is not free is held.
            issued, available = 0, None if any(record.get(key) for key in _USERS) else 0
        in_use = None if issued is None or available is None else issued - available
        if in_use is not None and in_use < 0:
            self._notes.doubt_key("available", reason="more seats are available than there are, so use is not known")
            in_use = None
        raw, ending = self._text(record, _ENDS), Expiry(None, is_never=False)
        if raw:
            ending = read_expiry(raw)
            if not ending.is_understood:
                key = next(key for key in _ENDS if key in record)
                self._notes.doubt_key(key, reason=f"“{raw[:80]}” is not an expiry date that is known")
        return PoolReading(
            daemon=self._text(record, ("platform",)),
            version=self._text(record, ("version",)),
            pool=identity,
            issued=issued,
            reserved=None,
            in_use=in_use,
            expires=ending.day,
            expires_raw=raw or None,
            never_expires=ending.is_never,
            kind=kind,
        )

    def _kind(self, record: dict[str, object]) -> str | None:
        """Return why the server does not give the licence out, where it says so."""
        error = self._text(record, ("error",))
        if error:
            self._notes.doubt_key("error", reason=f"the server says of a licence: {error[:80]}")
        if record.get("disabled") is True:
            return "disabled"
        return "not servable" if record.get("servable") is False else None

    def _read_users(self, record: dict[str, object], seen: Seen, pool: PoolReading) -> None:
        held = [key for key in _USERS if key in record]
        if not held:
            seen.lists_holders = seen.is_list_printed
            seen.is_list_broken = seen.is_list_broken or pool.in_use is None
            return
        entries = record[held[0]]
        if isinstance(entries, dict):
            entries = [entries]
        if not isinstance(entries, list) or len(held) > 1:
            seen.is_list_broken = True
            self._notes.doubt_key(held[0], reason=f"“{held[0]}” is not one list of who holds the licence")
            return
        seen.lists_holders = seen.is_list_printed = True
        for entry in entries:
            if isinstance(entry, str) and entry.strip():
                self._read_entry({"user": entry}, seen, pool)
            elif isinstance(entry, dict):
                self._read_entry(entry, seen, pool)
            else:
                seen.is_list_broken = True
                self._notes.doubt_key(held[0], reason="a holder that is neither a name nor an object")

    def _read_entry(self, entry: dict[str, object], seen: Seen, pool: PoolReading, *, is_flat: bool = False) -> None:
        if not is_flat:
            self._doubt_strange_keys(entry, _ENTRY)
        said = {
            "machine": self._text(entry, _MACHINE[:3] if is_flat else _MACHINE),
            "user": self._text(entry, _USER),
            "time": self._text(entry, _TIME),
        }
        tokens = _TOKENS[:1] if is_flat else _TOKENS
        quantity = self._seats(entry, tokens) if any(key in entry for key in tokens) else 1
        if not (said["machine"] or said["user"]) or quantity is None:
            seen.is_list_broken = True
            self._notes.doubt_key(next(iter(entry), ""), reason="a holder without a name, or without a number of seats")
            return
        handle = self._text(entry, ("id",)) if not is_flat else ""
        holder, is_understood = json_holder(
            said, quantity=quantity, handle=handle, version=pool.version, zone=self._zone
        )
        if not is_understood:
            self._notes.doubt_key(next(key for key in _TIME if key in entry), reason="a time that never was")
        seen.holders.append(holder)

    def _doubt_strange_keys(self, found: dict[str, object], known: frozenset[str]) -> None:
        for key in found:
            if key not in known:
                self._notes.doubt_key(key)

    def _text(self, found: dict[str, object], keys: tuple[str, ...]) -> str:
        for key in keys:
            value = found.get(key)
            if isinstance(value, str) and value.strip():
                return value.strip()[:240]
            if isinstance(value, int) and not isinstance(value, bool) and key == "id":
                return str(value)[:40]
        return ""

    def _seats(self, found: dict[str, object], keys: tuple[str, ...]) -> int | None:
        """Return a number of seats, which is a number and not a text; ``None`` with a doubt where it is none."""
        key = next((key for key in keys if key in found), None)
        if key is None:
            return None
        value = found[key]
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_SEATS:
            return value
        self._notes.doubt_key(key, reason=f"“{key}” is no number of seats")
        return None

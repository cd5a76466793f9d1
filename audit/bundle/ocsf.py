"""Entries as OCSF 1.9 events, one JSON object a line, with the profile ``record_integrity``.

A kind of fact whose class is clear is mapped to it; every other is a Base Event. What the entry says stands whole under
``unmapped``. The attestation names the entry, ``<origin>/<index>``, and its leaf hash, so that what a SIEM holds can be
held against the log; its fingerprint is of the entry, and not of the OCSF event that repeats it.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from audit.bundle.entry import BundledEntry, Reading, read_entry

VERSION = "1.9.0"
_BASE, _ENTITY, _AUTHENTICATION = (0, 0), (3, 3004), (3, 3002)
_OTHER = 99
_ENTITY_NOUNS = frozenset({
    "client", "person", "project", "member", "token", "invitation",
    "contract", "lot", "product", "server", "vendor", "feature", "log",
})  # fmt: skip
_ENTITY_VERBS = {
    "added": 1, "made": 1, "opened": 1, "changed": 3, "renamed": 3, "accepted": 3, "linked": 3, "unlinked": 3,
    "deactivated": 3, "reactivated": 3, "roles-changed": 3, "removed": 4, "revoked": 4,
}  # fmt: skip
_SIGN_IN = {
    "facility.sign-in.succeeded": (1, 1),
    "facility.sign-in.failed": (1, 2),
    "facility.sign-in.held-off": (1, 2),
    "facility.session.ended": (2, 1),
}


def ocsf_events(entries: Iterable[BundledEntry], zone: ZoneInfo, origin: str) -> Iterator[str]:
    """Yield one line for each entry."""
    for entry in entries:
        yield json.dumps(ocsf_event(read_entry(entry, zone), origin), sort_keys=True, separators=(",", ":")) + "\n"


def ocsf_event(said: Reading, origin: str) -> dict[str, Any]:
    """Return the OCSF event of one entry."""
    place = f"{origin}/{said.index}"
    (category, class_uid), activity, more = _classify(said)
    milliseconds = int(datetime.fromisoformat(said.at).timestamp() * 1000)
    fingerprint = {
        "algorithm": "SHA-256",
        "algorithm_id": 3,
        "serialization": "RFC 6962 leaf of the entry's RFC 8785 bytes",
        "serialization_id": _OTHER,
        "value": said.leaf,
    }
    return {
        "activity_id": activity,
        "activity_name": said.kind.rpartition(".")[2],
        "actor": {"user": {"uid": said.actor, "type": said.actor_kind, "type_id": _OTHER}},
        "attestation_list": [{"uid": place, "chain_uid": origin, "authority_uid": origin, "fingerprint": fingerprint}],
        "category_uid": category,
        "class_uid": class_uid,
        "metadata": {
            "version": VERSION,
            "profiles": ["record_integrity"],
            "product": {"name": "Answerprint", "vendor_name": "Answerprint"},
            "uid": place,
            "event_code": said.kind,
            "sequence": said.index,
        },
        "severity_id": 1,
        "time": milliseconds,
        "type_uid": class_uid * 100 + activity,
        "unmapped": {"about": said.about, "values": said.values, "old": said.old, "new": said.new},
    } | more


def _classify(said: Reading) -> tuple[tuple[int, int], int, dict[str, Any]]:
    """Return the class, the activity, and the attributes that this class asks for beside the common ones."""
    _, noun, verb = (["", "", "", *said.kind.split(".")])[-3:]
    if said.kind in _SIGN_IN:
        activity, status = _SIGN_IN[said.kind]
        return _AUTHENTICATION, activity, {"status_id": status, "user": {"uid": said.actor}}
    if noun in _ENTITY_NOUNS and verb in _ENTITY_VERBS:
        return _ENTITY, _ENTITY_VERBS[verb], {"entity": {"uid": said.about, "type": noun}}
    return _BASE, _OTHER, {}

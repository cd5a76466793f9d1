"""Entries as OCSF 1.9 events, one JSON object a line, with the profile ``record_integrity``.

A kind of fact whose class is clear is mapped to it; every other is a Base Event. What the entry says stands whole under
``unmapped``, and ``raw_data_hash`` is its leaf hash, so that what a SIEM holds can be held against the log.

The attestation is over the OCSF event itself, as the profile has it: SHA-256 of the event's RFC 8785 form with all of
the attestation but its fingerprint. It names the entry before as the event before. It has no signature of its own: what
is signed is the log's checkpoint.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from audit.bundle.entry import BundledEntry, Reading, read_entry
from audit.canonical import canonical

VERSION = "1.9.0"
_BASE, _ENTITY, _AUTHENTICATION = (0, 0), (3, 3004), (3, 3002)
_OTHER, _SHA_256, _JCS, _HEX = 99, 3, 2, 1
_PRODUCT = "Answerprint"
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
        yield canonical(ocsf_event(read_entry(entry, zone), origin)).decode() + "\n"


def ocsf_event(said: Reading, origin: str) -> dict[str, Any]:
    """Return the OCSF event of one entry."""
    place = f"{origin}/{said.index}"
    (category, class_uid), activity, more = _classify(said)
    attestation: dict[str, Any] = {"uid": place, "chain_uid": origin, "authority_uid": origin}
    if said.index:
        attestation["prev_event"] = {"uid": f"{origin}/{said.index - 1}"}
    event = {
        "activity_id": activity,
        "activity_name": said.kind.rpartition(".")[2],
        "actor": {"user": {"uid": said.actor, "type": said.actor_kind, "type_id": _OTHER}},
        "attestation_list": [attestation],
        "category_uid": category,
        "class_uid": class_uid,
        "metadata": {
            "version": VERSION,
            "profiles": ["record_integrity"],
            "product": {"name": _PRODUCT, "vendor_name": _PRODUCT},
            "uid": place,
            "event_code": said.kind,
            "sequence": said.index,
        },
        "raw_data_hash": _leaf(said.leaf),
        "severity": "Informational",
        "severity_id": 1,
        "time": int(datetime.fromisoformat(said.at).timestamp() * 1000),
        "type_uid": class_uid * 100 + activity,
        "unmapped": _unmapped(said),
    } | more
    attestation["fingerprint"] = _fingerprint(event)
    return event


def _fingerprint(event: dict[str, Any]) -> dict[str, Any]:
    return {
        "algorithm": "SHA-256",
        "algorithm_id": _SHA_256,
        "serialization": "JCS",
        "serialization_id": _JCS,
        "encoding_id": _HEX,
        "value": hashlib.sha256(canonical(event)).hexdigest(),
    }


def _leaf(value: str) -> dict[str, Any]:
    algorithm = "RFC 6962 leaf hash, SHA-256"
    return {"algorithm": algorithm, "algorithm_id": _OTHER, "encoding_id": _HEX, "value": value}


def _unmapped(said: Reading) -> dict[str, Any]:
    parts = {"about": said.about, "values": said.values, "old": said.old, "new": said.new}
    return parts | ({"not_shown": said.not_shown} if said.not_shown else {})


def _classify(said: Reading) -> tuple[tuple[int, int], int, dict[str, Any]]:
    """Return the class, the activity, and the attributes that this class asks for beside the common ones."""
    _, noun, verb = (["", "", "", *said.kind.split(".")])[-3:]
    if said.kind in _SIGN_IN:
        activity, status = _SIGN_IN[said.kind]
        # The class asks for a service or an endpoint that somebody signs in to.
        more = {"status_id": status, "user": {"uid": said.actor}, "service": {"name": _PRODUCT}}
        return _AUTHENTICATION, activity, more
    if noun in _ENTITY_NOUNS and verb in _ENTITY_VERBS:
        return _ENTITY, _ENTITY_VERBS[verb], {"entity": {"uid": said.about, "type": noun}}
    return _BASE, _OTHER, {}

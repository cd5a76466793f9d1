"""Every event is one that OCSF 1.9 knows: what is required is there, in the types it has, and its fingerprint holds."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import rfc8785

from audit.bundle.entry import BundledEntry, read_entry
from audit.bundle.ocsf import ocsf_event
from audit.canonical import canonical
from tests.audit.bundle.aging import Aged
from tests.audit.bundle.making import BERLIN, Made, members_of
from tests.conftest import ORIGIN

Shape = dict[str, Any]

FINGERPRINT: Shape = {"algorithm_id": int, "value": str, "encoding_id": int}
ATTESTATION: Shape = {
    "uid": str,
    "chain_uid": str,
    "authority_uid": str,
    "fingerprint": FINGERPRINT | {"serialization_id": int},
}
BASE: Shape = {
    "activity_id": int,
    "category_uid": int,
    "class_uid": int,
    "metadata": {"product": {"name": str, "vendor_name": str}, "version": str, "profiles": [str], "uid": str},
    "severity_id": int,
    "time": int,
    "type_uid": int,
    "attestation_list": [ATTESTATION],
    "raw_data_hash": FINGERPRINT,
}
"""What the base event requires, and what the profile record_integrity brings."""
CLASSES: dict[int, tuple[int, set[int], Shape]] = {
    0: (0, {0, 99}, {}),
    3002: (3, {1, 2, 3, 4, 5, 6, 7, 99}, {"user": {"uid": str}, "service": {"name": str}}),
    3004: (3, {1, 2, 3, 4, 5, 6, 7, 8, 9, 99}, {"entity": {"uid": str, "type": str}}),
}
"""By class: its category, the activities that it has, and what it requires beside."""
FACTS = (
    "facility.sign-in.succeeded", "facility.sign-in.failed", "facility.sign-in.held-off", "facility.session.ended",
    "facility.client.added", "licensing.contract.changed", "licensing.lot.removed", "facility.token.revoked",
    "licensing.seat.checked-out", "audit.checkpoint.published", "audit.values.erased", "one", "two.words",
)  # fmt: skip


def faults(value: Any, shape: Any, place: str = "$") -> list[str]:
    """Return where a value is not of a shape."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            return [f"{place} is no object"]
        missing = [f"{place}.{name} is missing" for name in shape if name not in value]
        inside = [faults(value[name], one, f"{place}.{name}") for name, one in shape.items() if name in value]
        return [*missing, *(fault for found in inside for fault in found)]
    if isinstance(shape, list):
        if not isinstance(value, list) or not value:
            return [f"{place} is no list of one or more"]
        return [fault for at, one in enumerate(value) for fault in faults(one, shape[0], f"{place}[{at}]")]
    return [] if type(value) is shape else [f"{place} is no {shape.__name__}"]


def faults_of(event: dict[str, Any]) -> list[str]:
    """Return what is wrong with an event."""
    if event.get("class_uid") not in CLASSES:
        return ["$.class_uid is none that is used here"]
    category, activities, more = CLASSES[event["class_uid"]]
    found = faults(event, BASE | more)
    if event["category_uid"] != category or event["activity_id"] not in activities:
        found.append("$.category_uid or $.activity_id is not one of the class")
    if event["type_uid"] != event["class_uid"] * 100 + event["activity_id"]:
        found.append("$.type_uid is not made of class and activity")
    if event["metadata"]["version"] != "1.9.0" or event["metadata"]["profiles"] != ["record_integrity"]:
        found.append("$.metadata is of another schema")
    return found


def fingerprint(event: dict[str, Any]) -> str:
    """Return the fingerprint as the profile has it: of the event in JCS, but for fingerprint and signatures."""
    bare = json.loads(json.dumps(event))
    for attestation in bare["attestation_list"]:
        attestation.pop("fingerprint")
        attestation.pop("signatures", None)
    return hashlib.sha256(rfc8785.dumps(bare)).hexdigest()


def event_of(kind: str, index: int = 7) -> dict[str, Any]:
    """Return the event of an entry of this kind."""
    body = canonical({
        "v": 1, "fact": kind, "at": "2026-03-14T09:26:53.000000Z", "actor": {"kind": "person", "id": "018f"},
        "about": "thing:1", "data": {"old_name": "ä", "new_name": "ö", "count": 2**53 - 1}, "nonce": "0" * 32,
    })  # fmt: skip
    return ocsf_event(read_entry(BundledEntry(index, body, {}), BERLIN), ORIGIN)


@pytest.mark.parametrize("kind", FACTS)
def test_every_class_has_what_it_requires(kind: str) -> None:
    """Whatever a fact is mapped to, the event has what its class requires."""
    event = event_of(kind)

    assert faults_of(event) == []
    assert event["attestation_list"][0]["fingerprint"]["value"] == fingerprint(event)


def test_all_events_of_a_bundle(made: Made, aged: Aged) -> None:
    """So has every event of real logs, erased and withheld values and all."""
    for bundle in (made.whole, made.period, aged.sealed, aged.pruned):
        for line in members_of(bundle)["events.ocsf.jsonl"].splitlines():
            event = json.loads(line)

            assert faults_of(event) == []
            assert event["attestation_list"][0]["fingerprint"]["value"] == fingerprint(event)


def test_event_before_is_named(made: Made) -> None:
    """Each event names the one before it in the log, and the first of all names none."""
    events = [json.loads(line) for line in members_of(made.whole)["events.ocsf.jsonl"].splitlines()]
    before = [event["attestation_list"][0].get("prev_event", {}).get("uid") for event in events]

    assert before == [None, *(event["metadata"]["uid"] for event in events[:-1])]


def test_changed_event_is_found() -> None:
    """A change in the event, in its place or in what it follows, is another fingerprint."""
    event = event_of("licensing.seat.checked-out")
    held = event["attestation_list"][0]["fingerprint"]["value"]
    event["attestation_list"][0]["prev_event"]["uid"] += "0"

    assert fingerprint(event) != held


def test_time_is_in_milliseconds() -> None:
    """An instant is counted in milliseconds since 1970."""
    at = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=event_of("two.words")["time"])

    assert at == datetime(2026, 3, 14, 9, 26, 53, tzinfo=UTC)


def test_shapes_are_held() -> None:
    """The check itself finds what is missing and what is of another type."""
    event = event_of("facility.sign-in.failed")
    del event["service"]
    event["severity_id"] = "1"

    assert sorted(faults_of(event)) == ["$.service is missing", "$.severity_id is no int"]

"""The pages of the trail: entries with the way from their hash to a signed root."""

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask import Flask

from answerprint.core.db import Database
from audit.pages.proof_path import proof_steps
from audit.proof import parse_proof
from audit.tree import Frontier, inclusion_proof, leaf_hash
from facility.roles import Role
from tests.web.browsers import Browser
from tests.web.house import Furnished, furnish

LEAVES = [leaf_hash(bytes([number])) for number in range(20)]


@pytest.fixture(name="house")
def _house(database: Database, log_key: Ed25519PrivateKey) -> Furnished:
    """The facility whose trail is shown."""
    return furnish(database, log_key)


class _Subtrees:
    """The roots of all perfect subtrees over ``LEAVES``."""

    def __init__(self) -> None:
        self._known = {(level, index): root for level, index, root in Frontier().grow(LEAVES)}

    def subtree_root(self, level: int, index: int) -> bytes:
        """Return one of them."""
        return self._known[level, index]


@pytest.mark.parametrize("size", range(1, 21))
def test_steps_lead_from_each_leaf_to_the_root(size: int) -> None:
    """The picture draws the way that the verifier goes: it ends at the root, over all entries of the tree."""
    frontier = Frontier()
    frontier.extend(LEAVES[:size])
    for index in range(size):
        hashes = tuple(inclusion_proof(index, size, _Subtrees()))
        steps = proof_steps(index, size, LEAVES[index], hashes)

        assert [step.beside for step in steps] == list(hashes)
        assert (steps[-1].result if steps else LEAVES[index]) == frontier.root()
        assert not steps or (steps[-1].covers_first, steps[-1].covers_last) == (0, size - 1)


def test_entry_shows_that_its_proof_holds(app: Flask, database: Database, house: Furnished) -> None:
    """An entry under a checkpoint is proved on its page, and the file that it offers is the same proof."""
    browser = Browser(app, database, Role.AUDITOR)
    page = browser.get(f"/trail/{house.vendor_log}/1")[1]
    file = browser.client.get(f"/trail/{house.vendor_log}/1/proof")

    assert "HOLDS" in page
    assert "The way from the entry to the signed root" in page
    assert parse_proof(file.data).index == 1


def test_entry_that_waits_for_a_checkpoint_says_so(app: Flask, database: Database, house: Furnished) -> None:
    """No proof is claimed where none can be given."""
    browser = Browser(app, database, Role.AUDITOR)
    entries = browser.get(f"/trail?log={house.vendor_log}&kind=licensing.seat.checked-out")[1]
    newest = entries.partition(f'href="/trail/{house.vendor_log}/')[2].partition('"')[0]
    status, page = browser.get(f"/trail/{house.vendor_log}/{newest}")

    assert (status, "NOT SIGNED YET" in page) == (200, True)
    assert browser.get(f"/trail/{house.vendor_log}/{newest}/proof")[0] == 404


@pytest.mark.usefixtures("house")
def test_whoever_asks_for_a_proof_gets_a_checkpoint(app: Flask, database: Database) -> None:
    """Signing now covers the entry; its page then shows the proof."""
    browser = Browser(app, database, Role.AUDITOR)
    size = int(browser.get("/trail/house")[1].partition("Entries</dt><dd>")[2].partition("<")[0])
    before = browser.get(f"/trail/house/{size - 1}")[1]
    status, place = browser.submit(f"/trail/house/{size - 1}")

    assert "NOT SIGNED YET" in before
    assert (status, place) == (303, f"/trail/house/{size - 1}")
    assert "HOLDS" in browser.get(place)[1]


def test_personal_values_are_told_apart(app: Flask, database: Database, house: Furnished) -> None:
    """The holder's name is shown from beside the log; the bytes that are hashed do not hold it."""
    browser = Browser(app, database, Role.AUDITOR)
    entries = browser.get(f"/trail?log={house.vendor_log}&kind=licensing.seat.checked-out")[1]
    newest = entries.partition(f'href="/trail/{house.vendor_log}/')[2].partition('"')[0]
    page = browser.get(f"/trail/{house.vendor_log}/{newest}")[1]
    body = browser.client.get(f"/trail/{house.vendor_log}/{newest}/body").data

    assert "Kim Artist" in page
    assert b"Kim Artist" not in body


def test_trail_pages_by_cursor_and_keeps_its_filters(app: Flask, database: Database, house: Furnished) -> None:
    """The way to older entries carries what was searched for."""
    page = Browser(app, database, Role.AUDITOR).get(f"/trail?log={house.vendor_log}&limit=3")[1]
    address = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]

    assert f"log={house.vendor_log}" in address
    assert "cursor=" in address


def test_verify_now_tells_that_everything_holds(app: Flask, database: Database, house: Furnished) -> None:
    """The verdict names each log."""
    browser = Browser(app, database, Role.AUDITOR)
    status, where = browser.submit("/trail/verify")
    page = browser.get(where)[1]

    assert (status, "The trail holds" in page) == (303, True)
    assert f">{house.vendor_log}</a>" in page

"""The one catalogue: it holds exactly what is said at the gate, in German throughout."""

import re
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po

from answerprint.core.sentences import Sentence
from answerprint.web.languages import CATALOGUE
from reviews.gate.language import LANGUAGES

ROOM = CATALOGUE.parent
WRITTEN = CATALOGUE / "de" / "LC_MESSAGES" / "messages.po"
TEMPLATES = sorted((ROOM / "templates" / "gate").glob("*.html"))
_PLACE = re.compile(r"%\((\w+)\)s")
_SPOKEN = re.compile(r"{%-?\s*trans\b.*?{%-?\s*endtrans\s*-?%}|{{.*?}}|{%.*?%}|{#.*?#}", re.DOTALL)
_HEARD = re.compile(r'\b(?:alt|title|aria-label|placeholder)="([^"]*)"')


def written() -> Catalog:
    """Read the German catalogue."""
    with WRITTEN.open("rb") as source:
        return read_po(source)


def said() -> list[Message]:
    """Return its messages, without its head."""
    return [one for one in written() if one.id]


def key_of(message: Message) -> str | tuple[str, ...]:
    """Return what a message is known by."""
    return message.id if isinstance(message.id, str) else tuple(message.id)


def texts(found: str | tuple[str, ...] | list[str] | None) -> list[str]:
    """Return the texts of a message, whether it counts something or not."""
    return [found] if isinstance(found, str) else list(found or [""])


def test_catalogue_is_what_extraction_finds() -> None:
    """Every sentence of the templates and the floor is there, and none that nobody says: run `make translations`."""
    with (CATALOGUE / "babel.cfg").open(encoding="utf-8") as source:
        methods, options = parse_mapping_cfg(source)  # type: ignore[no-untyped-call]
    keywords = DEFAULT_KEYWORDS | {"Sentence": None}
    found = {one[2] for one in extract_from_dir(ROOM, methods, options, keywords)}

    assert {key_of(one) for one in said()} == found


@pytest.mark.parametrize("message", said(), ids=lambda one: str(one.id)[:60])
def test_sentence_is_said_in_german(message: Message) -> None:
    """It has a German text, looked at by somebody, with the same places for what is put in."""
    german, english = texts(message.string), texts(message.id)

    assert all(german)
    assert not message.fuzzy
    assert set(_PLACE.findall(german[-1])) == set(_PLACE.findall(english[-1]))
    assert [re.findall(r"<[^>]+>", one) for one in german] == [re.findall(r"<[^>]+>", one) for one in english]


def test_compiled_is_what_is_written() -> None:
    """The compiled catalogue, which the app reads, says what the written one says."""
    with WRITTEN.with_suffix(".mo").open("rb") as source:
        compiled = GNUTranslations(source)
    for message in said():
        if isinstance(message.id, str):
            assert compiled.gettext(message.id) == message.string
        else:
            one, more = message.id[0], message.id[1]
            assert [compiled.ngettext(one, more, count) for count in (1, 2)] == texts(message.string)


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda one: one.name)
def test_template_says_nothing_by_itself(template: Path) -> None:
    """No word of a template of the gate stands outside what is translated: neither shown nor read out."""
    bare = _SPOKEN.sub("", template.read_text(encoding="utf-8"))
    heard = " ".join(_HEARD.findall(bare))
    shown = re.sub(r"<[^>]*>", " ", re.sub(r"<!doctype[^>]*>", "", bare))

    assert re.findall(r"[^\W\d_]{2,}", f"{shown} {heard}") == []


def test_every_language_has_its_catalogue() -> None:
    """What the switch offers beside English lies there; nothing lies there that it does not offer."""
    found = {one.parent.parent.name for one in CATALOGUE.glob("*/LC_MESSAGES/messages.mo")}

    assert found == set(LANGUAGES) - {"en"}


def test_sentence_is_its_english_text() -> None:
    """A sentence reads as any text does, and still knows what it was made of."""
    sentence = Sentence("Round %(number)s is closed.", number=2)

    assert sentence == "Round 2 is closed."
    assert (sentence.pattern, sentence.values) == ("Round %(number)s is closed.", {"number": 2})
    assert Sentence("100 % of it.") == "100 % of it."

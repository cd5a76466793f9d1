"""Templates of names as they are stored: canonical JSON, read back strictly."""

import json
from dataclasses import asdict
from typing import Any

from answerprint.core.problems import Invalid
from reviews.rules.naming import TOKENS_MAX, Severity, Template, Token, TokenKind

_LONGEST, _SIGNS = 60, frozenset("-._+")


def write_template(template: Template) -> str:
    """Return a template as canonical JSON."""
    return json.dumps(asdict(template), sort_keys=True, separators=(",", ":"))


def read_template(text: str) -> Template:
    """Return a template that ``write_template`` wrote."""
    found: dict[str, Any] = json.loads(text)
    tokens = tuple(
        Token(
            **(
                one
                | {
                    "kind": TokenKind(one["kind"]),
                    "severity": Severity(one["severity"]),
                    "options": tuple(one["options"]),
                }
            )
        )
        for one in found["tokens"]
    )
    return Template(tokens, found["separator"], tuple(found["extensions"]))


def check_template(template: Template) -> None:
    """Raise ``Invalid`` naming the token at fault where no name could be held against a template."""
    if not 1 <= len(template.tokens) <= TOKENS_MAX:
        raise _refused("tokens", f"A template has 1 to {TOKENS_MAX} tokens.")
    if len(template.separator) != 1 or template.separator not in _SIGNS | {"_"}:
        raise _refused("separator", "The separator is one of _ - . +")
    for place, token in enumerate(template.tokens):
        fault = _fault(token, template.separator)
        if fault:
            raise _refused(f"tokens.{place}", fault)


def _fault(token: Token, separator: str) -> str:
    if not 1 <= token.shortest <= token.longest <= _LONGEST:
        return f"Lengths go from 1 to {_LONGEST}, the shortest first."
    if token.kind is TokenKind.CHOICE and not token.options:
        return "A choice names what there is to choose."
    if separator in "".join((token.also, token.prefix, *token.options)):
        return "The separator can stand in no token."
    return "Beside letters and digits a token holds - . _ + only." if set(token.also) - _SIGNS - {"_"} else ""


def _refused(field: str, sentence: str) -> Invalid:
    return Invalid(sentence, fields={field: [sentence]})

"""Whose text is it: the marks by which a capture of one server is told from another's."""

import re

from licensing.errors import NotACapture

_MARKS = {
    "FlexNet": re.compile(
        r"^[ \t]*(?:Users of .+?:|License server status:|Flexible License Manager status|lm(?:util|stat) - Copyright)",
        re.MULTILINE,
    ),
    "RLM": re.compile(
        r"^[ \t]*(?:rlm(?:util|stat) v|rlm status on |\S+ license (?:pool|usage) status on |-+ ISV servers)",
        re.MULTILINE,
    ),
}
_KINDS = {"FlexNet": "flexnet", "RLM": "rlm"}


def not_a_capture(sentence: str) -> NotACapture:
    """Return the refusal of a text, with a sentence that says what to do."""
    return NotACapture(sentence, fields={"text": [sentence]})


def stranger(text: str, *, expected: str, command: str) -> NotACapture:
    """Return the refusal of a text in which nothing of the expected server was found."""
    for name, marks in _MARKS.items():
        if name != expected and marks.search(text):
            return not_a_capture(f"This is text of {name}, not of {expected}: read it as the kind “{_KINDS[name]}”.")
    return not_a_capture(
        f"No server, feature or use of {expected} was found in this text: collect it again with “{command}”."
    )

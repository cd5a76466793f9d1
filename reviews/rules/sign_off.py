"""The text that an approver signs: what was agreed that an approval says, of which file."""

import hashlib

from reviews.rules.terms import Terms

_PLAIN = "I have reviewed this version and decide as I say below."


def statement(terms: Terms, material_sha256: str) -> str:
    """Return the text as it is shown, with the file's hash, so that nobody signs one text for another file."""
    lines = [terms.sign_off.statement or _PLAIN]
    if terms.sign_off.releases:
        lines.append(f"An approval releases: {terms.sign_off.releases}.")
    return "\n".join([*lines, f"The file has the SHA-256 {material_sha256}."])


def statement_sha256(terms: Terms, material_sha256: str) -> str:
    """Return the SHA-256 of the text."""
    return hashlib.sha256(statement(terms, material_sha256).encode()).hexdigest()

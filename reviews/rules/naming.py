"""How files are named: templates of typed tokens, each off, a warning, or a reason to refuse.

A template is data, and nobody writes a pattern of their own: a name is split at the separator, and its parts are held
against the tokens in order. Tokens that may lack are left out where the parts do not fit otherwise. What is explained
is the first token that no way through the name satisfies.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from reviews.rules.titles import says_title

TOKENS_MAX, PARTS_MAX = 24, 48


class TokenKind(StrEnum):
    """What a token may be."""

    TEXT = "text"
    """Letters and digits, and what the token allows beside them."""
    NUMBER = "number"
    CHOICE = "choice"
    VERSION = "version"
    """A prefix and digits, such as v001."""
    DATE = "date"
    """YYYYMMDD."""


class Severity(StrEnum):
    """What a wrong token does."""

    OFF = "off"
    WARN = "warn"
    BLOCK = "block"


@dataclass(frozen=True, slots=True)
class Token:
    """One part of a name. Lengths are in characters; ``also`` are signs that a text may hold too."""

    name: str
    kind: TokenKind
    severity: Severity = Severity.BLOCK
    may_lack: bool = False
    shortest: int = 1
    longest: int = 40
    also: str = ""
    prefix: str = ""
    options: tuple[str, ...] = ()

    def explain(self) -> str:
        """Say what the token must be."""
        if self.kind is TokenKind.CHOICE:
            return f"one of {', '.join(self.options)}"
        size = f"{self.shortest}" if self.shortest == self.longest else f"{self.shortest} to {self.longest}"
        if self.kind is TokenKind.DATE:
            return "a date such as 20260314"
        if self.kind in (TokenKind.NUMBER, TokenKind.VERSION):
            return f"{self.prefix!r} and {size} digits" if self.prefix else f"{size} digits"
        beside = f", and {' '.join(self.also)} beside them" if self.also else ""
        return f"{size} letters or digits{beside}"


@dataclass(frozen=True, slots=True)
class Template:
    """Tokens with a separator between them, and the extensions that a file may have; none is any."""

    tokens: tuple[Token, ...]
    separator: str = "_"
    extensions: tuple[str, ...] = ()


ANY_NAME = Template((Token("name", TokenKind.TEXT, Severity.OFF),), separator="\0")
"""Where a project has chosen no template, only its real titles are looked for."""


@dataclass(frozen=True, slots=True)
class NameFinding:
    """What is wrong with a name: at which token, how much it weighs, and in words."""

    token: str
    severity: Severity
    sentence: str


def check_name(template: Template, file_name: str, *, titles: Iterable[str] = ()) -> tuple[NameFinding, ...]:
    """Return what is wrong with a name: the first wrong token, its extension, and a real title that it says."""
    stem, extension = split_extension(file_name)
    found: list[NameFinding] = []
    if says_title(stem, titles) is not None:
        sentence = "The name says a real title, and an alias is in force. Use the alias."
        found.append(NameFinding("title", Severity.BLOCK, sentence))
    wrong = _wrong_token(template, stem.split(template.separator))
    if wrong is not None:
        found.append(wrong)
    if template.extensions and extension not in template.extensions:
        sentence = f"The extension is one of {', '.join(template.extensions)}, not {extension or 'none'}."
        found.append(NameFinding("extension", Severity.BLOCK, sentence))
    return tuple(found)


def next_name(template: Template, file_name: str, highest: int) -> str | None:
    """Return the name with its version one above the highest; ``None`` where template or name has no version."""
    stem, extension = split_extension(file_name)
    parts = stem.split(template.separator)
    version = next((token for token in template.tokens if token.kind is TokenKind.VERSION), None)
    places = [place for place, part in enumerate(parts) if version is not None and _fits(version, part)]
    if version is None or not places:
        return None
    width = max(version.shortest, len(parts[places[-1]]) - len(version.prefix))
    parts[places[-1]] = f"{version.prefix}{highest + 1:0{width}d}"
    name = template.separator.join(parts)
    return f"{name}.{extension}" if extension else name


def version_in(template: Template, file_name: str) -> int | None:
    """Return the version that a name says, or ``None`` where it says none."""
    version = next((token for token in template.tokens if token.kind is TokenKind.VERSION), None)
    if version is None:
        return None
    parts = split_extension(file_name)[0].split(template.separator)
    said = [part for part in parts if _fits(version, part)]
    return int(said[-1].removeprefix(version.prefix)) if said else None


def split_extension(file_name: str) -> tuple[str, str]:
    """Return a name without its extension, and the extension without its dot, in lower case."""
    stem, dot, extension = file_name.rpartition(".")
    return (stem, extension.lower()) if dot and stem else (file_name, "")


def _wrong_token(template: Template, parts: Sequence[str]) -> NameFinding | None:
    """Return what refuses the name, else what warns of it: a wrong token that warns hides none that refuses."""
    if len(parts) > PARTS_MAX:
        return NameFinding("name", Severity.BLOCK, f"The name has {len(parts)} parts, and {PARTS_MAX} at most.")
    for held in ((Severity.BLOCK,), (Severity.BLOCK, Severity.WARN)):
        wrong = _Way(template.tokens, parts, held).first_wrong()
        if wrong is not None:
            return _explained(template, parts, *wrong)
    return None


class _Way:
    """The ways through a name's parts, of which the one that came furthest is explained."""

    def __init__(self, tokens: Sequence[Token], parts: Sequence[str], held: Sequence[Severity]) -> None:
        self._tokens, self._parts, self._held = tokens, parts, held
        self._failures: set[tuple[bool, int, int]] = set()
        self._seen: dict[tuple[int, int], bool] = {}

    def first_wrong(self) -> tuple[int, int] | None:
        """Return part and token at which the furthest way ended, or ``None`` where one leads through."""
        if self._leads_on(0, 0):
            return None
        _, part, token = max(self._failures)
        return part, token

    def _leads_on(self, token: int, part: int) -> bool:
        if (token, part) not in self._seen:
            self._seen[token, part] = self._try(token, part)
        return self._seen[token, part]

    def _try(self, token: int, part: int) -> bool:
        is_there = part < len(self._parts)
        if token == len(self._tokens):
            if is_there:
                self._failures.add((True, part, token))
            return not is_there
        wanted = self._tokens[token]
        passes = is_there and self._passes(wanted, self._parts[part])
        if passes and self._leads_on(token + 1, part + 1):
            return True
        if wanted.may_lack:
            return self._leads_on(token + 1, part)
        if not passes:
            self._failures.add((is_there, part, token))
        return False

    def _passes(self, token: Token, part: str) -> bool:
        # What is not held may be anything, so that the tokens behind it are still looked at.
        return token.severity not in self._held or _fits(token, part)


def _explained(template: Template, parts: Sequence[str], part: int, token: int) -> NameFinding:
    if token == len(template.tokens):
        sentence = f"Nothing is left for {parts[part]!r}: the name has too many parts."
        return NameFinding("name", template.tokens[-1].severity, sentence)
    wanted = template.tokens[token]
    said = f"not {parts[part]!r}" if part < len(parts) else "and it is missing"
    return NameFinding(wanted.name, wanted.severity, f"Part {part + 1}, {wanted.name}, is {wanted.explain()}, {said}.")


def _fits(token: Token, part: str) -> bool:
    if not part.isascii():
        return False
    match token.kind:
        case TokenKind.CHOICE:
            return part in token.options
        case TokenKind.DATE:
            return len(part) == 8 and part.isdigit() and "01" <= part[4:6] <= "12" and "01" <= part[6:] <= "31"
        case TokenKind.TEXT:
            bare = "".join(sign for sign in part if sign not in token.also)
            return token.shortest <= len(part) <= token.longest and (not bare or bare.isalnum())
        case TokenKind.NUMBER | TokenKind.VERSION:
            digits = part.removeprefix(token.prefix)
            has_prefix = part.startswith(token.prefix)
            return has_prefix and digits.isdigit() and token.shortest <= len(digits) <= token.longest

"""A strict reader of iCalendar text, of our own and after RFC 5545 alone: what is not in its grammar is an error."""

import re
from dataclasses import dataclass, field

_NAME = re.compile(rb"[A-Za-z0-9-]+")
_PARAMETER = re.compile(r';([A-Z0-9-]+)=("[^"\x00-\x08\x0a-\x1f\x7f]*"|[^";:,\x00-\x08\x0a-\x1f\x7f]*)')
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ONCE = ("UID", "DTSTAMP", "SEQUENCE", "DTSTART", "DTEND", "SUMMARY", "STATUS", "TRANSP", "URL", "ORGANIZER")
TEXTS = frozenset({"UID", "SUMMARY", "DESCRIPTION", "LOCATION", "NAME", "X-WR-CALNAME", "PRODID"})


@dataclass(frozen=True)
class Property:
    """One property: its name, its parameters without quotes, its value, unescaped where it is text."""

    name: str
    parameters: dict[str, str]
    value: str


@dataclass
class Component:
    """A component: its properties and what it holds."""

    kind: str
    properties: list[Property] = field(default_factory=list)
    inner: list["Component"] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        """Return each property of a name."""
        return [one for one in self.properties if one.name == name]

    def value(self, name: str) -> str:
        """Return the value of a property that stands once."""
        (found,) = self.all(name)
        return found.value


def read_calendar(octets: bytes) -> Component:
    """Read a calendar; raises ``AssertionError`` or ``ValueError`` where it breaks the grammar."""
    assert octets.endswith(b"\r\n")
    raw = octets[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in raw)
    for line in raw:
        line.decode()  # no character is cut by the folding
    lines = _unfolded(raw)
    opened: list[Component] = [Component("")]
    for text in lines:
        read = _property(text)
        if read.name == "BEGIN":
            opened.append(Component(read.value))
        elif read.name == "END":
            closed = opened.pop()
            assert closed.kind == read.value
            opened[-1].inner.append(closed)
        else:
            opened[-1].properties.append(read)
    (root,) = opened
    (calendar,) = root.inner
    _check(calendar)
    return calendar


def events(octets: bytes) -> dict[str, Component]:
    """Return the events of a calendar by their uid, each of which stands once."""
    found = [one for one in read_calendar(octets).inner if one.kind == "VEVENT"]
    by_uid = {one.value("UID"): one for one in found}
    assert len(by_uid) == len(found)
    return by_uid


def _unfolded(raw: list[bytes]) -> list[str]:
    lines: list[bytes] = []
    for line in raw:
        if line.startswith((b" ", b"\t")):
            lines[-1] += line[1:]
        else:
            assert _NAME.match(line), line
            lines.append(line)
    return [line.decode() for line in lines]


def _property(line: str) -> Property:
    name = re.match(r"[A-Z0-9-]+", line)
    assert name is not None
    parameters: dict[str, str] = {}
    at = name.end()
    while (found := _PARAMETER.match(line, at)) is not None:
        assert found[1] not in parameters
        parameters[found[1]] = found[2].strip('"').replace("^'", '"').replace("^n", "\n").replace("^^", "^")
        at = found.end()
    assert line[at] == ":", line
    value = line[at + 1 :]
    return Property(name[0], parameters, _plain(value) if name[0] in TEXTS else value)


def _plain(value: str) -> str:
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), value

    def one(found: re.Match[str]) -> str:
        assert found[1] in "\\;,nN", value
        return "\n" if found[1] in "nN" else found[1]

    assert not _ESCAPED.sub("", value).count("\\")
    return _ESCAPED.sub(one, value)


def _check(calendar: Component) -> None:
    assert calendar.kind == "VCALENDAR"
    assert (calendar.value("VERSION"), bool(calendar.value("PRODID"))) == ("2.0", True)
    assert calendar.inner
    for event in (one for one in calendar.inner if one.kind == "VEVENT"):
        assert {"UID", "DTSTAMP", "DTSTART"} <= {one.name for one in event.properties}
        assert all(len(event.all(name)) <= 1 for name in _ONCE)
        assert re.fullmatch(r"\d{8}T\d{6}Z", event.value("DTSTAMP"))
        assert re.fullmatch(r"0|[1-9]\d*", event.value("SEQUENCE"))
        shapes = {_shape(event.all(name)[0]) for name in ("DTSTART", "DTEND")}
        assert len(shapes) == 1
        assert event.value("DTSTART") < event.value("DTEND")


def _shape(found: Property) -> str:
    if found.parameters.get("VALUE") == "DATE":
        assert re.fullmatch(r"\d{8}", found.value)
        return "date"
    assert found.parameters == {}
    assert re.fullmatch(r"\d{8}T\d{6}Z", found.value)
    return "utc"

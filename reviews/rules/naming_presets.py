"""Templates to begin with: two that the trade publishes, and one of the house."""

from reviews.rules.naming import Severity, Template, Token, TokenKind

_WARN = Severity.WARN


def _text(name: str, longest: int, *, may_lack: bool = False, also: str = "", severity: Severity = _WARN) -> Token:
    return Token(name, TokenKind.TEXT, severity, may_lack=may_lack, longest=longest, also=also)


HOUSE = Template(
    tokens=(
        _text("project", 16, also="-", severity=Severity.BLOCK),
        _text("material", 40, also="-", severity=Severity.BLOCK),
        _text("task", 16, may_lack=True),
        Token("version", TokenKind.VERSION, prefix="v", shortest=3, longest=4),
    )
)
"""``NB-204_reel2_grade_v012.mov``."""

NETFLIX_VFX = Template(
    tokens=(
        _text("show", 8, severity=Severity.BLOCK),
        Token("episode", TokenKind.NUMBER, shortest=3, longest=4, may_lack=True),
        _text("sequence", 8, may_lack=True, also="-."),
        _text("scene", 8, may_lack=True, also="-."),
        _text("shot", 12, severity=Severity.BLOCK, also="-."),
        _text("task", 16, severity=Severity.BLOCK, also="-."),
        _text("vendor", 8, may_lack=True),
        Token("version", TokenKind.VERSION, prefix="v", shortest=3, longest=4),
    )
)
"""``AGM_104_065_010_comp_NFX_v001`` (Netflix partner help 360057627473)."""

ISDCF_DCNC = Template(
    tokens=(
        _text("title", 14, also="-"),
        _text("content", 20, also="-"),
        _text("aspect", 10, also="-"),
        _text("language", 20, also="-"),
        _text("territory", 20, also="-"),
        _text("audio", 20, also="-"),
        Token("resolution", TokenKind.CHOICE, _WARN, options=("2K", "4K", "48", "4K-48")),
        _text("studio", 4),
        Token("date", TokenKind.DATE, _WARN),
        _text("facility", 3),
        _text("standard", 20, also="-"),
        Token("package", TokenKind.CHOICE, _WARN, options=("OV", "VF"), may_lack=True),
    )
)
"""The Digital Cinema Naming Convention. By its own rule no system rejects content for an error, so nothing blocks."""

PRESETS = {"house": HOUSE, "netflix-vfx": NETFLIX_VFX, "isdcf-dcnc": ISDCF_DCNC}

"""What protects the material under an agreement, and who makes each protection hold.

Enforced is only what this system enforces by itself. A watermark is never more than its instruction and what speaks
for it; what another platform keeps, that platform asserts.
"""

from reviews.rules.terms import Method, Protection, Security, Terms
from reviews.rules.vocabulary import Held, MethodKind
from reviews.rules.wording import number_of

SYSTEM = "this system"
_PLAYED_HERE = (MethodKind.ASYNC_LINK, MethodKind.LIVE_STREAM, MethodKind.PIXEL_STREAM)


def protections_of(terms: Terms) -> tuple[Protection, ...]:
    """Return every protection: what follows from the terms first, then what was agreed besides."""
    security = terms.security
    found = [*_of_links(security), *_of_people(security), _watermark(security)]
    for method in _platforms(terms):
        what = f"what {method.platform} keeps by itself, and what of it is downloaded there"
        found.append(Protection(what, Held.ASSERTED, method.platform))
    if security.places:
        found.append(Protection("the places where it may be watched", Held.ASSERTED, "each recipient"))
    return (*found, *terms.protections)


def protection_line(one: Protection) -> str:
    """Return a protection in words."""
    match one.held:
        case Held.ENFORCED:
            return f"Enforced by {one.by}: {one.what}."
        case Held.EVIDENCED:
            return f"Evidenced by {one.by}: {one.what}."
        case Held.ASSERTED:
            return f"Asserted by {one.by}, and not checked by this system: {one.what}."


def _enforced(what: str) -> Protection:
    return Protection(what, Held.ENFORCED, SYSTEM)


def _of_links(security: Security) -> list[Protection]:
    days, views = number_of(security.link_days, "day"), number_of(security.view_limit, "view")
    found = [
        _enforced(f"a link ends at most {days} after it begins"),
        _enforced(f"a link gives at most {views}, each of {number_of(security.view_hours, 'hour')} at most"),
        _enforced("a link that is revoked or frozen opens nothing from the next byte on that this system sends"),
        _enforced("no view is given that is not recorded"),
    ]
    if not security.allows_download:
        found.append(_enforced("the house's screening room offers no download"))
    if security.needs_release:
        found.append(_enforced("each link is released by a second person"))
    return found


def _of_people(security: Security) -> list[Protection]:
    found = [
        _enforced("a link is one person's, who proves their mailbox by a code sent to it, and by that no more than it")
    ]
    if security.recipients_only:
        found.append(_enforced("links are for parties of this agreement only"))
    if security.asks_passphrase:
        found.append(_enforced("a link asks for a passphrase, which is never sent by the same mail"))
    if security.asks_totp:
        found.append(_enforced("a link asks for a code of the recipient's authenticator"))
    if security.nda_text_id is not None:
        found.append(_enforced("nothing is shown before the undertaking's text is accepted"))
    return found


def _watermark(security: Security) -> Protection:
    instructed, applied = security.watermark or "none", security.watermark_applied_by or "nobody named"
    evidence, checked = security.watermark_evidence or "none", security.watermark_checked_by or "nobody named"
    what = f"watermark instructed: {instructed}; applied by: {applied}; evidence: {evidence}; checked by: {checked}"
    if security.watermark and security.watermark_evidence:
        return Protection(what, Held.EVIDENCED, security.watermark_evidence)
    return Protection(what, Held.ASSERTED, security.watermark_applied_by or "nobody")


def _platforms(terms: Terms) -> list[Method]:
    return [one for one in terms.methods if one.platform and one.kind in _PLAYED_HERE]

"""Send to the house what waits, in order, until it does not answer."""

import http.client
import json
from collections.abc import Callable
from contextlib import closing
from urllib.parse import urlsplit

from licensing.cli.poll_config import Config
from licensing.cli.poll_spool import Letter, Spool

_LATER = frozenset({401, 403, 408, 425, 429})
_ANSWER_MAX = 65_536

Say = Callable[[str], None]


def send_waiting(config: Config, spool: Spool, say: Say) -> bool:
    """Send what waits, the first first; report whether nothing is left. What was refused for good is put aside."""
    for place in spool.waiting():
        letter, body = spool.read(place)
        try:
            status, sentence = _post(config, letter, body)
        except (OSError, http.client.HTTPException) as error:
            say(f"{config.address} does not answer ({error}): {len(spool.waiting())} to be sent later")
            return False
        if status in _LATER or status >= 500:
            say(f"{config.address} answers {status}: {sentence} It is sent again later.")
            return False
        if 200 <= status < 300:
            place.unlink()
        else:
            spool.put_aside(place)
            say(f"{letter.path} was refused with {status}, and put aside as {place.name}: {sentence}")
    return True


def _post(config: Config, letter: Letter, body: bytes) -> tuple[int, str]:
    """Post a letter; a redirect is no answer, since the token is for this address only."""
    house = urlsplit(config.address)
    kind = http.client.HTTPSConnection if house.scheme == "https" else http.client.HTTPConnection
    headers = {
        "Authorization": f"Bearer {config.token}",
        "Content-Type": "text/plain",
        "Idempotency-Key": letter.key,
        "User-Agent": "answerprint-poll",
    }
    with closing(kind(house.hostname or "", house.port, timeout=config.timeout)) as line:
        line.request("POST", f"{house.path}{letter.path}", body=body, headers=headers)
        answer = line.getresponse()
        return answer.status, _sentence(answer.read(_ANSWER_MAX))


def _sentence(body: bytes) -> str:
    try:
        said = json.loads(body)
    except ValueError:
        return ""
    return str(said.get("detail", "")) if isinstance(said, dict) else ""

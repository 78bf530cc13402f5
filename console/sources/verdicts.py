"""What to make of a vendor's answer: good, worth asking again, or an error in words."""

from __future__ import annotations

from dataclasses import replace

from console.sources import bodies, waits
from console.sources.answers import Answer, ApiError, NotThere, Refused, Trouble, find
from console.sources.requests import Request
from console.sources.vendor import Vendor

_LONGEST_SENTENCE = 200
_MEMBERS = (
    ("error", "message"), ("error", "msg"), ("message",), ("detail",), ("description",),
    ("error_description",), ("error",), ("title",),
)  # fmt: skip


class Again(Exception):
    """An answer worth asking for once more.

    after: seconds that the vendor wants us to wait; None when it does not say.
    """

    def __init__(self, error: ApiError, after: float | None = None) -> None:
        super().__init__(str(error))
        self.error = error
        self.after = after


class Judge:
    """Judges the answers of one source.

    name: the source's, for sentences. key: its secret, which is in none of them.
    """

    def __init__(self, vendor: Vendor, name: str, key: str) -> None:
        self._vendor = vendor
        self._name = name
        self._key = key

    def parsed(self, answer: Answer, what: str, is_file: bool) -> Answer:
        """An answer with its JSON. what: the request, for sentences. Raises Again."""
        if is_file and answer.status < 300:
            return answer
        try:
            return replace(answer, json=bodies.parse(answer.body) if answer.body else None)
        except ValueError:
            if answer.status >= 300:
                return answer
        kind = "a web page" if bodies.is_page(answer.headers, answer.body) else "no JSON"
        raise Again(
            Trouble(f"{what}: we got {kind} instead of an answer; are key and base_url right?")
        )

    def judge(self, request: Request, answer: Answer) -> None:
        """Raise what an answer deserves that is not one to the question."""
        status = answer.status
        if status < 300:
            if self._vendor.throttled and (seconds := self._vendor.throttled(answer)) is not None:
                limited = ApiError(f"{self._name}: asks us to be slower, again and again", 429)
                raise Again(limited, seconds)
            return
        if status in request.allow:
            return
        said = f"{self._name}: {request.method} {request.path}: {status}{self._reason(answer)}"
        if status == 429:
            raise Again(ApiError(said, status), waits.retry_after(answer))
        if status in (408, 425) or status >= 500:
            raise Again(Trouble(said, status), waits.retry_after(answer))
        if status == 403 and self._vendor.busy and self._vendor.busy(answer):
            raise Again(Trouble(f"{said}; it may be under load, or the key may not read it", 503))
        if status in (401, 403):
            raise Refused(f"{said}; is the key right, and may it read this?", status)
        if status in (404, 410):
            raise NotThere(said, status)
        raise ApiError(said, status)

    def _reason(self, answer: Answer) -> str:
        said = answer.json
        errors = find(said, "errors")
        if isinstance(errors, list) and errors:
            said = errors[0]
        for members in _MEMBERS:
            text = find(said, *members) if isinstance(said, dict) else None
            if isinstance(text, str) and text.strip():
                clean = " ".join(self._scrubbed(text).split())
                return f" ({clean[:_LONGEST_SENTENCE]})"
        return ""

    def _scrubbed(self, text: str) -> str:
        for part in (self._key, *self._key.split(":")):
            if len(part) > 3:
                text = text.replace(part, "…")
        return text


def unsaid(error: Exception) -> str:
    """Why there was no whole answer, in words."""
    if isinstance(error, bodies.Cut):
        return "the answer was cut short"
    name = type(error).__name__
    known = {
        "ConnectError": "there is no connection to it",
        "ConnectTimeout": "there is no connection to it",
        "ReadTimeout": "it is silent",
        "RemoteProtocolError": "the answer was cut short",
        "ReadError": "the answer was cut short",
    }
    return known.get(name, f"the connection failed ({name})")

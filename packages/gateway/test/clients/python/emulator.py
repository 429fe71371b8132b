"""The emulator under test, as the suites see it: its address, what it recorded, how it fails."""

import hashlib
import json
import os
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

URL = os.environ["PLANTAIN_EMULATOR_URL"]
HOST = URL.removeprefix("http://")

# Where clients of the Developer API go: to the emulator, or to a gateway before it that lets their
# own keys through. The record and the faults are the emulator's all the same.
DEVELOPER_URL = os.environ.get("PLANTAIN_GATEWAY_URL", URL)
THROUGH_GATEWAY = DEVELOPER_URL != URL


def state() -> dict[str, Any]:
    return _call("GET", "/emulator/state")


def wait_until_idle() -> None:
    """Raises HTTPError 408 where calls are still open after five seconds."""
    _call("GET", "/emulator/wait?open=0&timeoutMs=5000")


def calls_by(credential: str) -> list[dict[str, Any]]:
    """Every call made with that key or token, in order."""
    ours = _fingerprint(credential)
    return [
        call for call in state()["calls"] if (call["credential"] or {}).get("fingerprint") == ours
    ]


@contextmanager
def failing(personas: str, *, credential: str | None = None, **where: str) -> Iterator[None]:
    """For clients that cannot set the header x-emulator-persona."""
    if credential is not None:
        where["credential"] = _fingerprint(credential)
    added = _call("POST", "/emulator/personas", {"personas": personas, "where": where})
    try:
        yield
    finally:
        _call("DELETE", f"/emulator/personas/{added['id']}")


@contextmanager
def revoked(credential: str) -> Iterator[None]:
    _call("POST", "/emulator/credentials", {"revoke": credential})
    try:
        yield
    finally:
        _call("POST", "/emulator/credentials", {"restore": credential})


def _fingerprint(credential: str) -> str:
    return hashlib.sha256(credential.encode()).hexdigest()[:12]


def _call(method: str, path: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(
        URL + path, data, {"content-type": "application/json"}, method=method
    )
    with urllib.request.urlopen(request, timeout=10) as response:
        return json.load(response)

"""Nothing leaves this machine: names and addresses beyond loopback are refused, and remembered."""

import ipaddress
import sys
from typing import Any

escapes: list[str] = []

# Refused like the rest, but not held against a test: google-auth looks up an account's regional
# access boundary there in a thread of its own, whatever the endpoint, and does without the answer.
BEST_EFFORT = frozenset({"iamcredentials.googleapis.com"})


def raise_fence() -> None:
    """From now on, for good: an audit hook cannot be taken away again."""
    sys.addaudithook(_watch)


def _watch(event: str, arguments: tuple[Any, ...]) -> None:
    # The audit events of https://docs.python.org/3/library/socket.html
    if event in ("socket.getaddrinfo", "socket.gethostbyname"):
        host = arguments[0]
    elif event in ("socket.connect", "socket.sendto") and isinstance(arguments[1], tuple):
        host = arguments[1][0]
    else:
        return
    if not _is_loopback(host):
        # An SDK may swallow what is raised here, so the tests ask for the list as well.
        if host not in BEST_EFFORT:
            escapes.append(f"{event}: {host}")
        raise PermissionError(f"The tests stay on this machine; something asked for {host}.")


def _is_loopback(host: str | bytes | None) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False

"""Before any SDK is imported: the fence stands, and the metadata server is the emulator's."""

import os
import uuid
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest

import network_fence

network_fence.raise_fence()

import emulator  # noqa: E402

# google-auth reads both once, when it is imported.
os.environ["GCE_METADATA_HOST"] = emulator.HOST
os.environ["GCE_METADATA_IP"] = emulator.HOST

from google import genai  # noqa: E402

import clients  # noqa: E402


@pytest.fixture(autouse=True)
def nothing_left_this_machine() -> Iterator[None]:
    yield
    escapes, network_fence.escapes[:] = list(network_fence.escapes), []
    assert escapes == []


@pytest.fixture(autouse=True, scope="session")
def nothing_crashed() -> Iterator[None]:
    yield
    # A gateway waits for what may be billed although its caller has gone: what hangs is still open.
    if not emulator.THROUGH_GATEWAY:
        emulator.wait_until_idle()
    assert emulator.state()["crashes"] == 0


@pytest.fixture
def api_key() -> str:
    """A key of the test's own, by which the emulator's record tells its calls apart."""
    return f"AIza{uuid.uuid4().hex}"


@pytest.fixture
def developer(api_key: str) -> Iterator[clients.Connect]:
    with ExitStack() as open_for_the_test:

        def connect(key: str = api_key, *, persona: str = "", **options: Any) -> genai.Client:
            if persona and emulator.THROUGH_GATEWAY:
                # Headers of a client's own go no further than the gateway.
                open_for_the_test.enter_context(emulator.failing(persona, credential=key))
                persona = ""
            client = clients.developer(key, persona=persona, **options)
            return open_for_the_test.enter_context(client)

        yield connect


@pytest.fixture
def vertex() -> Iterator[clients.Connect]:
    with ExitStack() as open_clients:
        yield lambda **options: open_clients.enter_context(clients.vertex(**options))


@pytest.fixture
def service_account() -> dict[str, str]:
    """The content of a service account's file: a new key, and the emulator for its tokens."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    return {
        "type": "service_account",
        "project_id": "account-project",
        "private_key_id": "key-1",
        "private_key": pem.decode(),
        "client_email": "robot@account-project.iam.gserviceaccount.com",
        "token_uri": f"{emulator.URL}/token",
    }

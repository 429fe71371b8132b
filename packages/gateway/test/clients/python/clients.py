"""google-genai clients as a user makes them: a base URL, a key or a project, and headers."""

from collections.abc import Callable
from typing import Any

from google import genai
from google.genai import types

import emulator

MODEL = "gemini-nano-banana-2.1"

# Makes clients that live as long as the test: one that nobody holds closes itself before its use.
Connect = Callable[..., genai.Client]


def developer(api_key: str, *, persona: str = "", **http: Any) -> genai.Client:
    options = _http_options(persona, base_url=emulator.DEVELOPER_URL, **http)
    return genai.Client(api_key=api_key, http_options=options)


def vertex(*, location: str = "global", persona: str = "", **options: Any) -> genai.Client:
    """Without credentials among the options they are looked for, as Google's libraries do."""
    return genai.Client(
        vertexai=True,
        project="a-project",
        location=location,
        http_options=_http_options(persona, base_url=emulator.URL),
        **options,
    )


def _http_options(persona: str, **more: Any) -> types.HttpOptions:
    headers = {"x-emulator-persona": persona} if persona else {}
    return types.HttpOptions(headers=headers, **more)


def image_parts(response: types.GenerateContentResponse) -> list[types.Part]:
    return [part for part in response.parts or [] if part.inline_data]


def image_bytes(response: types.GenerateContentResponse) -> bytes:
    """Of the one image that is expected."""
    [part] = image_parts(response)
    assert part.inline_data and part.inline_data.data
    return part.inline_data.data

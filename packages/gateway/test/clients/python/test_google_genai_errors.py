"""google-genai when Google fails, refuses or hangs up."""

import asyncio
from typing import Any

import pytest
from google.genai import errors, types

import emulator
from clients import MODEL, Connect, image_parts
from pictures import PHOTO

CONTENTS = [
    "make it brighter",
    types.Part.from_bytes(data=PHOTO.read_bytes(), mime_type="image/jpeg"),
]

# Persona, class, .code, .status, words of .message.
FAILURES = [
    ("bad-location", errors.ClientError, 400, "FAILED_PRECONDITION", "User location is not"),
    ("key-leaked", errors.ClientError, 403, "PERMISSION_DENIED", "reported as leaked"),
    ("api-disabled", errors.ClientError, 403, "PERMISSION_DENIED", "it is disabled"),
    ("model-gone", errors.ClientError, 404, "NOT_FOUND", "Call ListModels"),
    ("429-bare", errors.ClientError, 429, "RESOURCE_EXHAUSTED", "has been exhausted"),
    ("500", errors.ServerError, 500, "INTERNAL", "internal error"),
    ("503", errors.ServerError, 503, "UNAVAILABLE", "high demand"),
    ("504", errors.ServerError, 504, "DEADLINE_EXCEEDED", "Deadline"),
    # What is no JSON is told as the text of the page and HTTP's own words.
    ("html-413", errors.ClientError, 413, "Payload Too Large", "Error 413"),
    ("html-502", errors.ServerError, 502, "Bad Gateway", "Error 502"),
]


@pytest.mark.parametrize(("persona", "kind", "code", "status", "words"), FAILURES)
def test_an_error_of_google(
    developer: Connect,
    api_key: str,
    persona: str,
    kind: type[errors.APIError],
    code: int,
    status: str,
    words: str,
) -> None:
    with pytest.raises(kind) as raised:
        developer(persona=persona).models.generate_content(model=MODEL, contents=CONTENTS)
    assert (raised.value.code, raised.value.status) == (code, status)
    assert words in (raised.value.message or "")
    # This SDK tries once, unless told otherwise.
    assert len(emulator.calls_by(api_key)) == 1


@pytest.mark.parametrize(("persona", "kind", "code", "status", "words"), FAILURES)
def test_an_error_in_place_of_a_stream(
    developer: Connect,
    persona: str,
    kind: type[errors.APIError],
    code: int,
    status: str,
    words: str,
) -> None:
    with pytest.raises(kind) as raised:
        list(
            developer(persona=persona).models.generate_content_stream(
                model=MODEL, contents=CONTENTS
            )
        )
    assert (raised.value.code, raised.value.status) == (code, status)
    assert words in (raised.value.message or "")


@pytest.mark.parametrize(
    ("key", "code", "status", "reason"),
    [
        ("AIza-invalid", 400, "INVALID_ARGUMENT", "API_KEY_INVALID"),
        ("AQ.invalid", 401, "UNAUTHENTICATED", "ACCESS_TOKEN_TYPE_UNSUPPORTED"),
    ],
)
def test_a_bad_key(developer: Connect, key: str, code: int, status: str, reason: str) -> None:
    with pytest.raises(errors.ClientError) as raised:
        developer(key).models.generate_content(model=MODEL, contents=CONTENTS)
    assert (raised.value.code, raised.value.status) == (code, status)
    assert _details(raised.value)[0]["reason"] == reason


def test_what_the_request_got_wrong_is_named(developer: Connect) -> None:
    config = types.GenerateContentConfig(image_config=types.ImageConfig(aspect_ratio="7:5"))
    with pytest.raises(errors.ClientError) as raised:
        developer().models.generate_content(model=MODEL, contents=CONTENTS, config=config)
    assert (raised.value.code, raised.value.status) == (400, "INVALID_ARGUMENT")


def test_an_unknown_model(developer: Connect) -> None:
    with pytest.raises(errors.ClientError) as raised:
        developer().models.generate_content(model="gemini-0-image", contents=CONTENTS)
    assert (raised.value.code, raised.value.status) == (404, "NOT_FOUND")
    assert "models/gemini-0-image is not found for API version v1" in (raised.value.message or "")


def test_429_says_how_long_to_wait(developer: Connect) -> None:
    client = developer(persona="429-minute=34.4s")
    with pytest.raises(errors.ClientError) as raised:
        client.models.generate_content(model=MODEL, contents=CONTENTS)
    kinds = [detail["@type"].rsplit(".", 1)[1] for detail in _details(raised.value)]
    assert kinds == ["Help", "QuotaFailure", "RetryInfo"]
    assert _details(raised.value)[2]["retryDelay"] == "34.4s"
    # Google says it in the body alone; the gateway in a header as well.
    waited = "35" if emulator.THROUGH_GATEWAY else None
    assert raised.value.response.headers.get("retry-after") == waited


def test_429_of_a_free_key_names_a_wait_in_vain(developer: Connect) -> None:
    with pytest.raises(errors.ClientError, match="limit: 0, model: gemini-nano-banana-2.1"):
        developer(persona="429-zero").models.generate_content(model=MODEL, contents=CONTENTS)


def test_a_stream_that_breaks_off(developer: Connect) -> None:
    stream = developer(persona="stream-error").models.generate_content_stream(
        model=MODEL, contents=CONTENTS
    )
    chunks = []
    with pytest.raises(errors.ServerError) as raised:
        chunks.extend(stream)
    assert (raised.value.code, raised.value.status) == (503, "UNAVAILABLE")


def test_an_error_of_the_asynchronous_client(developer: Connect) -> None:
    async def failing() -> None:
        async with developer(persona="503").aio as client:
            await client.models.generate_content(model=MODEL, contents=CONTENTS)

    with pytest.raises(errors.ServerError) as raised:
        asyncio.run(failing())
    assert (raised.value.code, raised.value.status) == (503, "UNAVAILABLE")


def test_retries_where_asked_for(developer: Connect, api_key: str) -> None:
    retry = types.HttpRetryOptions(attempts=3, initial_delay=0.01, jitter=0)
    client = developer(retry_options=retry)
    with emulator.failing("503@2x", credential=api_key):
        response = client.models.generate_content(model=MODEL, contents=CONTENTS)
    assert len(image_parts(response)) == 1
    assert [call["status"] for call in emulator.calls_by(api_key)] == [503, 503, 200]


@pytest.mark.parametrize("persona", ["half-open", "stall=0.5"])
def test_a_timeout(developer: Connect, persona: str) -> None:
    client = developer(persona=persona, timeout=300)
    with pytest.raises(Exception, check=_named("ReadTimeout")):
        client.models.generate_content(model=MODEL, contents=CONTENTS)


@pytest.mark.parametrize(
    ("persona", "name"), [("reset", "ReadError"), ("close", "RemoteProtocolError")]
)
def test_a_lost_connection(developer: Connect, persona: str, name: str) -> None:
    # Where Google's connection breaks, the one to a gateway stands and tells of it by a 502.
    expected = "ServerError" if emulator.THROUGH_GATEWAY else name
    with pytest.raises(Exception, check=_named(expected)) as raised:
        developer(persona=persona).models.generate_content(model=MODEL, contents=CONTENTS)
    assert getattr(raised.value, "code", 502) == 502


def test_base64_that_ends_too_early(developer: Connect) -> None:
    with pytest.raises(ValueError, match="valid base64"):
        developer(persona="truncated-base64").models.generate_content(
            model=MODEL, contents=CONTENTS
        )


@pytest.mark.parametrize(
    ("persona", "reason"),
    [
        ("image-safety", types.FinishReason.IMAGE_SAFETY),
        ("no-image", types.FinishReason.NO_IMAGE),
        ("finish=PROHIBITED_CONTENT", types.FinishReason.PROHIBITED_CONTENT),
        ("finish=IMAGE_RECITATION", types.FinishReason.IMAGE_RECITATION),
    ],
)
def test_a_refusal_is_an_answer_without_parts(
    developer: Connect, persona: str, reason: types.FinishReason
) -> None:
    response = developer(persona=persona).models.generate_content(model=MODEL, contents=CONTENTS)
    assert response.candidates and response.candidates[0].finish_reason == reason
    assert response.parts is None
    assert response.text is None
    assert response.usage_metadata and response.usage_metadata.total_token_count


def test_a_blocked_prompt_has_no_candidate(developer: Connect) -> None:
    response = developer(persona="blocked").models.generate_content(model=MODEL, contents=CONTENTS)
    assert response.candidates is None
    assert response.prompt_feedback
    assert response.prompt_feedback.block_reason == types.BlockedReason.PROHIBITED_CONTENT
    assert response.parts is None


def test_nothing_at_all(developer: Connect) -> None:
    response = developer(persona="empty").models.generate_content(model=MODEL, contents=CONTENTS)
    assert (response.candidates, response.prompt_feedback, response.parts) == (None, None, None)


def test_a_model_that_only_talks(developer: Connect) -> None:
    response = developer(persona="text-only").models.generate_content(
        model=MODEL, contents=CONTENTS
    )
    assert image_parts(response) == []
    assert response.text


def test_a_refused_turn_stays_out_of_a_chat(developer: Connect, api_key: str) -> None:
    chat = developer().chats.create(model=MODEL)
    with emulator.failing("image-safety@1x", credential=api_key):
        assert chat.send_message(CONTENTS).parts is None
        assert len(image_parts(chat.send_message(CONTENTS))) == 1
    assert [content.role for content in chat.get_history(curated=True)] == ["user", "model"]


def _details(error: errors.APIError) -> list[dict[str, Any]]:
    return error.details["error"]["details"]


def _named(name: str) -> Any:
    """Major versions of the SDK sit on different HTTP libraries, whose errors are named alike."""
    return lambda error: type(error).__name__ == name

"""google-genai's Interactions: one picture after another, remembered by Google, or by its user."""

import base64
from typing import Any

import pytest

import emulator
from clients import MODEL, Connect
from pictures import PHOTO, opened

PHOTO_BASE64 = base64.b64encode(PHOTO.read_bytes()).decode()
INPUT: list[Any] = [
    {"type": "text", "text": "make it brighter"},
    {"type": "image", "data": PHOTO_BASE64, "mime_type": "image/jpeg"},
]

# The gateway remembers nothing yet, and says so.
remembered = pytest.mark.skipif(emulator.THROUGH_GATEWAY, reason="sessions are Google's alone")


def test_an_edit(developer: Connect) -> None:
    interaction = developer().interactions.create(model=MODEL, input=INPUT)
    assert interaction.status == "completed"
    assert interaction.output_image.mime_type == "image/jpeg"
    assert opened(base64.b64decode(interaction.output_image.data)).size == (1264, 848)
    assert interaction.usage.total_output_tokens > 1120


def test_a_ratio_and_size(developer: Connect) -> None:
    interaction = developer().interactions.create(
        model=MODEL,
        input=INPUT,
        response_format={"type": "image", "aspect_ratio": "1:1", "image_size": "1K"},
    )
    assert opened(base64.b64decode(interaction.output_image.data)).size == (1024, 1024)


@remembered
def test_goes_on_from_the_previous_one(developer: Connect, api_key: str) -> None:
    interactions = developer().interactions
    first = interactions.create(model=MODEL, input=INPUT)
    second = interactions.create(
        model=MODEL, input="and black and white", previous_interaction_id=first.id
    )
    assert second.status == "completed" and second.id != first.id
    photo_turn, picture_turn = emulator.calls_by(api_key)
    assert picture_turn["images"][0]["sha256"] == photo_turn["answerImages"][0]["sha256"]


def test_a_stream(developer: Connect) -> None:
    events = list(developer().interactions.create(model=MODEL, input=INPUT, stream=True))
    kinds = [event.event_type for event in events]
    assert (kinds[0], kinds[-1]) == ("interaction.created", "interaction.completed")
    [image] = [
        event.delta
        for event in events
        if event.event_type == "step.delta" and event.delta.type == "image"
    ]
    assert opened(base64.b64decode(image.data)).format == "JPEG"


@remembered
def test_gets_and_deletes(developer: Connect) -> None:
    interactions = developer().interactions
    made = interactions.create(model=MODEL, input=INPUT)
    assert interactions.get(made.id).output_image.data == made.output_image.data
    interactions.delete(made.id)
    with pytest.raises(Exception) as raised:
        interactions.get(made.id)
    assert _kind(raised.value) == ("NotFoundError", 404)
    with pytest.raises(Exception) as raised:
        interactions.create(model=MODEL, input="again", previous_interaction_id=made.id)
    assert _kind(raised.value) == ("NotFoundError", 404)


@pytest.mark.parametrize(
    ("key", "name", "status"),
    [
        # To a gateway a key that is not valid is one thing, however Google words it.
        ("AIza-invalid", "AuthenticationError", 401)
        if emulator.THROUGH_GATEWAY
        else ("AIza-invalid", "BadRequestError", 400),
        ("AQ.invalid", "AuthenticationError", 401),
    ],
)
def test_a_bad_key(developer: Connect, key: str, name: str, status: int) -> None:
    with pytest.raises(Exception) as raised:
        developer(key).interactions.create(model=MODEL, input=INPUT)
    assert _kind(raised.value) == (name, status)


@pytest.mark.parametrize(
    ("persona", "name", "status"),
    [
        ("bad-location", "BadRequestError", 400),
        ("api-disabled", "PermissionDeniedError", 403),
        ("model-gone", "NotFoundError", 404),
    ],
)
def test_an_error_that_no_retry_mends(
    developer: Connect, api_key: str, persona: str, name: str, status: int
) -> None:
    with pytest.raises(Exception) as raised:
        developer(persona=persona).interactions.create(model=MODEL, input=INPUT)
    assert _kind(raised.value) == (name, status)
    assert len(emulator.calls_by(api_key)) == 1


@pytest.mark.parametrize("persona", ["429-minute=1s", "503"])
def test_this_part_of_the_sdk_retries_unasked(
    developer: Connect, api_key: str, persona: str
) -> None:
    client = developer()
    with emulator.failing(f"{persona}@1x", credential=api_key):
        interaction = client.interactions.create(model=MODEL, input=INPUT)
    assert interaction.status == "completed"
    assert [call["status"] for call in emulator.calls_by(api_key)] == [int(persona[:3]), 200]


def test_a_refusal_has_no_image(developer: Connect) -> None:
    interaction = developer(persona="image-safety").interactions.create(model=MODEL, input=INPUT)
    assert interaction.output_image is None
    assert interaction.status == "failed"


@pytest.mark.skipif(not emulator.THROUGH_GATEWAY, reason="of the gateway alone")
@pytest.mark.parametrize(
    "asked",
    [{"previous_interaction_id": "v1_before"}, {"background": True}, {"store": True}],
)
def test_what_is_to_come_is_said(developer: Connect, api_key: str, asked: dict[str, Any]) -> None:
    with pytest.raises(Exception) as raised:
        developer().interactions.create(model=MODEL, input=INPUT, timeout=5, **asked)
    assert _kind(raised.value) == ("InternalServerError", 501)
    assert next(iter(asked)) in str(raised.value)
    assert emulator.calls_by(api_key) == []


@pytest.mark.skipif(not emulator.THROUGH_GATEWAY, reason="Google's words to it are not known")
def test_a_mixed_list(developer: Connect, api_key: str) -> None:
    blob = {"mimeType": "image/jpeg", "data": PHOTO_BASE64}
    mixed: Any = ["make it brighter", {"inlineData": blob}]
    interaction = developer().interactions.create(
        model=MODEL, input="in its place:", extra_body={"input": mixed}
    )
    assert opened(base64.b64decode(interaction.output_image.data)).size == (1264, 848)
    assert len(emulator.calls_by(api_key)[0]["images"]) == 1


def _kind(error: BaseException) -> tuple[str, int | None]:
    """The classes stand in a private module of the SDK; their names are what is documented."""
    return type(error).__name__, getattr(error, "status_code", None)

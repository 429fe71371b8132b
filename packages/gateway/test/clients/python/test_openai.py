"""OpenAI's client with a gateway between it and Google."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import openai
import pytest
from PIL import Image

import emulator
from clients import MODEL
from pictures import PHOTO, PHOTO_SIZE, opened, png

pytestmark = pytest.mark.skipif(not emulator.THROUGH_GATEWAY, reason="there is no gateway")

PROMPT = "make it brighter"

# Inside it the photo may change.
BOX = (300, 60, 400, 380)


@pytest.fixture
def token(api_key: str) -> str:
    """By which the emulator's record tells the calls of a test apart."""
    return f"ya29.{api_key}"


@pytest.fixture
def client(token: str) -> Iterator[openai.OpenAI]:
    url = f"{emulator.DEVELOPER_URL}/v1"
    with openai.OpenAI(api_key=token, base_url=url, max_retries=0) as connected:
        yield connected


def plain_photo() -> bytes:
    """Without metadata, so that it goes out as it came in."""
    bare = Image.new("RGB", PHOTO_SIZE)
    bare.paste(Image.open(PHOTO))
    file = io.BytesIO()
    bare.save(file, "JPEG", quality=90)
    return file.getvalue()


def alpha_mask() -> bytes:
    picture = Image.new("RGBA", PHOTO_SIZE, (255, 255, 255, 255))
    picture.paste((0, 0, 0, 0), BOX)
    return png(picture)


def picture_of(image: Any) -> Image.Image:
    assert image.b64_json
    return opened(base64.b64decode(image.b64_json))


def test_edits_a_photo(client: openai.OpenAI, token: str) -> None:
    photo = plain_photo()
    answer = client.images.edit(
        model="gpt-image-2", image=("photo.jpg", photo), prompt=PROMPT, size="1536x1024"
    )
    assert answer.data
    assert picture_of(answer.data[0]).size == (1264, 848)
    assert (answer.size, answer.quality, answer.background) == ("1264x848", "medium", "opaque")
    assert answer.usage and answer.usage.input_tokens_details.image_tokens == 1120
    [call] = emulator.calls_by(token)
    assert call["model"] == MODEL
    assert [sent["bytes"] for sent in call["images"]] == [len(photo)]


def test_several_photos_as_files(client: openai.OpenAI, token: str) -> None:
    with PHOTO.open("rb") as one, PHOTO.open("rb") as two:
        client.images.edit(image=[one, two], prompt=PROMPT, output_format="png")
    [call] = emulator.calls_by(token)
    assert len(call["images"]) == 2


def test_several_results(client: openai.OpenAI, token: str) -> None:
    answer = client.images.edit(image=("photo.jpg", plain_photo()), prompt=PROMPT, n=2)
    assert [picture_of(image).format for image in answer.data or []] == ["JPEG", "JPEG"]
    assert len(emulator.calls_by(token)) == 2


def test_a_mask(client: openai.OpenAI) -> None:
    photo = plain_photo()
    answer = client.images.edit(
        image=("photo.jpg", photo),
        mask=("mask.png", alpha_mask()),
        prompt=PROMPT,
        output_format="png",
    )
    assert answer.data
    edited, before = picture_of(answer.data[0]).convert("RGB"), opened(photo).convert("RGB")
    assert edited.size == PHOTO_SIZE
    assert edited.getpixel((10, 10)) == before.getpixel((10, 10))
    assert edited.crop(BOX).tobytes() != before.crop(BOX).tobytes()


def test_a_stream(client: openai.OpenAI) -> None:
    stream = client.images.edit(image=("photo.jpg", plain_photo()), prompt=PROMPT, stream=True)
    [event] = list(stream)
    assert event.type == "image_edit.completed"
    assert picture_of(event).format == "JPEG"
    assert event.usage.total_tokens > 0


def test_generates(client: openai.OpenAI) -> None:
    answer = client.images.generate(
        prompt="a rocket on a beach",
        size="1792x1024",
        extra_body={"plantain": {"seed": 7}},
    )
    assert answer.size == "1376x768"


def test_a_link(client: openai.OpenAI) -> None:
    answer = client.images.generate(prompt="a rocket", model="dall-e-3")
    assert answer.data and answer.data[0].url
    assert "/images/0?" in answer.data[0].url


@pytest.mark.parametrize(
    ("personas", "kind", "code"),
    [
        ("image-safety", openai.UnprocessableEntityError, "image_blocked"),
        ("text-only", openai.InternalServerError, "no_image"),
        ("429-day", openai.RateLimitError, "insufficient_quota"),
        ("503", openai.InternalServerError, "upstream_overloaded"),
        ("model-gone", openai.NotFoundError, "model_unavailable"),
    ],
)
def test_what_goes_wrong_at_google(
    client: openai.OpenAI, token: str, personas: str, kind: type[openai.APIStatusError], code: str
) -> None:
    with emulator.failing(personas, credential=token), pytest.raises(kind) as raised:
        client.images.edit(image=("photo.jpg", plain_photo()), prompt=PROMPT)
    assert raised.value.code == code
    assert raised.value.request_id


@pytest.mark.parametrize(("n", "words"), [(0, "n is 0"), (11, "n is 11"), (1.5, "n is 1.5")])
def test_a_count_that_is_none(client: openai.OpenAI, n: Any, words: str) -> None:
    with pytest.raises(openai.BadRequestError) as raised:
        client.images.edit(image=("photo.jpg", plain_photo()), prompt=PROMPT, n=n)
    assert (raised.value.param, raised.value.type) == ("n", "invalid_request_error")
    assert words in raised.value.message


def test_a_model_there_is_not(client: openai.OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as raised:
        client.images.generate(prompt="a rocket", model="flux-2-pro")
    assert (raised.value.code, raised.value.param) == ("model_not_found", "model")


@pytest.mark.parametrize(("personas", "requests"), [("503@1x", 2), ("reset", 1), ("text-only", 1)])
def test_tries_again_only_where_that_costs_nothing(
    client: openai.OpenAI, token: str, personas: str, requests: int
) -> None:
    patient = client.with_options(max_retries=2)
    with emulator.failing(personas, credential=token):
        try:
            patient.images.edit(image=("photo.jpg", plain_photo()), prompt=PROMPT)
        except openai.APIStatusError:
            assert requests == 1
    assert len(emulator.calls_by(token)) == requests

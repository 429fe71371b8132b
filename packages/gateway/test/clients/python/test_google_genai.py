"""google-genai in Developer mode: edits, streams, chats, models, tokens."""

import asyncio

import pytest
from google.genai import errors, types
from PIL import Image

import emulator
from clients import MODEL, Connect, image_bytes, image_parts
from pictures import PHOTO, opened, saturation

PHOTO_PART = types.Part.from_bytes(data=PHOTO.read_bytes(), mime_type="image/jpeg")


@pytest.mark.parametrize("photo", [Image.open(PHOTO), PHOTO_PART], ids=["Pillow", "bytes"])
def test_edits_a_photo(developer: Connect, photo: Image.Image | types.Part) -> None:
    response = developer().models.generate_content(
        model=MODEL, contents=["make it black and white", photo]
    )
    assert response.candidates and response.candidates[0].finish_reason == types.FinishReason.STOP
    assert response.model_version == MODEL
    assert response.usage_metadata and response.usage_metadata.candidates_tokens_details == [
        types.ModalityTokenCount(modality=types.MediaModality.IMAGE, token_count=1120)
    ]
    [part] = image_parts(response)
    assert part.thought_signature
    assert part.inline_data and part.inline_data.mime_type == "image/jpeg"
    edited = opened(image_bytes(response))
    assert edited.format == "JPEG"
    # Without a ratio the answer has that of the table which is next to the photo's, 640 x 427.
    assert edited.size == (1264, 848)
    assert saturation(edited) < 0.05 < saturation(Image.open(PHOTO))
    saved = part.as_image()
    assert saved and saved.image_bytes == part.inline_data.data


def test_bytes_arrive_as_they_were_sent(developer: Connect, api_key: str) -> None:
    developer().models.generate_content(model=MODEL, contents=["brighter", PHOTO_PART])
    [call] = emulator.calls_by(api_key)
    assert [(image["bytes"], image["mimeType"]) for image in call["images"]] == [
        (PHOTO.stat().st_size, "image/jpeg")
    ]
    assert (call["imagesBilled"], call["end"]) == (1, "answered")


@pytest.mark.parametrize(
    ("ratio", "size", "pixels"),
    [("1:1", "1K", (1024, 1024)), ("16:9", "2K", (2752, 1536)), ("1:8", "1K", (384, 3072))],
)
def test_ratio_and_size(
    developer: Connect, ratio: str, size: str, pixels: tuple[int, int]
) -> None:
    config = types.GenerateContentConfig(
        response_modalities=["IMAGE"],
        image_config=types.ImageConfig(aspect_ratio=ratio, image_size=size),
    )
    response = developer().models.generate_content(
        model=MODEL, contents=["brighter", PHOTO_PART], config=config
    )
    assert [bool(part.text) for part in response.parts or []] == [False]
    assert opened(image_bytes(response)).size == pixels


def test_stream(developer: Connect) -> None:
    chunks = list(
        developer().models.generate_content_stream(model=MODEL, contents=["brighter", PHOTO_PART])
    )
    assert len(chunks) > 1
    reasons = [chunk.candidates[0].finish_reason for chunk in chunks if chunk.candidates]
    assert reasons == [None] * (len(chunks) - 1) + [types.FinishReason.STOP]
    [image] = [part for chunk in chunks for part in image_parts(chunk)]
    assert image.inline_data and image.inline_data.data
    assert opened(image.inline_data.data).format == "JPEG"


def test_a_chat_sends_signatures_back(developer: Connect, api_key: str) -> None:
    chat = developer().chats.create(model=MODEL)
    first = chat.send_message(["make it warmer", PHOTO_PART])
    second = chat.send_message("and a little brighter")
    assert opened(image_bytes(second)).size == opened(image_bytes(first)).size
    assert [content.role for content in chat.get_history()] == ["user", "model", "user", "model"]
    photo_turn, picture_turn = emulator.calls_by(api_key)
    # The second edit starts from the picture that the first one made.
    assert picture_turn["images"][0]["sha256"] == photo_turn["answerImages"][0]["sha256"]


def test_a_streamed_chat_sends_signatures_back(developer: Connect) -> None:
    chat = developer().chats.create(model=MODEL)
    for message in (["make it warmer", PHOTO_PART], "and a little brighter"):
        chunks = list(chat.send_message_stream(message))
        assert len([part for chunk in chunks for part in image_parts(chunk)]) == 1


def test_a_history_without_signatures_is_refused(developer: Connect) -> None:
    client = developer()
    first = client.chats.create(model=MODEL)
    first.send_message(["make it warmer", PHOTO_PART])
    history = [content.model_copy(deep=True) for content in first.get_history()]
    for part in history[1].parts or []:
        part.thought_signature = None
    position = 1 + next(i for i, part in enumerate(history[1].parts or []) if part.inline_data)
    with pytest.raises(errors.ClientError) as raised:
        client.chats.create(model=MODEL, history=history).send_message("and brighter")
    assert (raised.value.code, raised.value.status) == (400, "INVALID_ARGUMENT")
    assert raised.value.message == (
        "Image part is missing a thought_signature in content position 2, "
        f"part position {position}."
    )


def test_lists_models(developer: Connect) -> None:
    names = [model.name for model in developer().models.list(config={"page_size": 5})]
    assert f"models/{MODEL}" in names
    assert len(names) == len(set(names)) > 5


def test_gets_a_model(developer: Connect) -> None:
    model = developer().models.get(model=MODEL)
    assert (model.name, model.input_token_limit) == (f"models/{MODEL}", 131_072)
    assert "generateContent" in (model.supported_actions or [])


def test_counts_tokens(developer: Connect) -> None:
    models = developer().models
    words = models.count_tokens(model=MODEL, contents="make it brighter").total_tokens
    both = models.count_tokens(model=MODEL, contents=["make it brighter", PHOTO_PART]).total_tokens
    assert words and both and 0 < words < 10
    assert both - words == 1120


def test_asynchronous(developer: Connect) -> None:
    async def both() -> tuple[types.GenerateContentResponse, list[types.GenerateContentResponse]]:
        async with developer().aio as client:
            contents = ["brighter", PHOTO_PART]
            whole = await client.models.generate_content(model=MODEL, contents=contents)
            stream = await client.models.generate_content_stream(model=MODEL, contents=contents)
            return whole, [chunk async for chunk in stream]

    whole, chunks = asyncio.run(both())
    assert opened(image_bytes(whole)).format == "JPEG"
    assert len([part for chunk in chunks for part in image_parts(chunk)]) == 1


def test_the_base_url_of_the_environment(api_key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    from google import genai

    monkeypatch.setenv("GOOGLE_GEMINI_BASE_URL", emulator.DEVELOPER_URL)
    monkeypatch.setenv("GEMINI_API_KEY", api_key)
    client = genai.Client()
    response = client.models.generate_content(model=MODEL, contents=["brighter", PHOTO_PART])
    assert opened(image_bytes(response)).format == "JPEG"

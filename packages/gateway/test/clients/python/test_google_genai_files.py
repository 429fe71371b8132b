"""google-genai's Files: a photo of several chunks is uploaded, used and deleted."""

import base64
import hashlib
import io
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from google import genai
from google.genai import errors, types
from PIL import Image

import emulator
from clients import MODEL, Connect, image_bytes
from pictures import opened, png

CHUNK_BYTES = 8 * 1024 * 1024


@pytest.fixture(scope="module")
def big_photo() -> bytes:
    """Noise hardly compresses: 3000 x 3000 pixels are more than one chunk."""
    data = png(Image.effect_noise((3000, 3000), 80))
    assert CHUNK_BYTES < len(data) < 2 * CHUNK_BYTES
    return data


@pytest.fixture
def uploaded(developer: Connect, big_photo: bytes) -> Iterator[tuple[genai.Client, types.File]]:
    client = developer()
    config = types.UploadFileConfig(mime_type="image/png", display_name="a noisy photo")
    file = client.files.upload(file=io.BytesIO(big_photo), config=config)
    yield client, file
    with suppress(errors.ClientError):
        client.files.delete(name=file.name or "")


def test_uploads_in_chunks(
    uploaded: tuple[genai.Client, types.File], big_photo: bytes, api_key: str
) -> None:
    _, file = uploaded
    assert (file.state, file.source) == (types.FileState.ACTIVE, types.FileSource.UPLOADED)
    assert (file.display_name, file.mime_type) == ("a noisy photo", "image/png")
    assert file.size_bytes == len(big_photo)
    assert file.sha256_hash == base64.b64encode(hashlib.sha256(big_photo).digest()).decode()
    assert file.expiration_time and file.create_time
    assert (file.expiration_time - file.create_time).total_seconds() == 48 * 3600
    if emulator.THROUGH_GATEWAY:
        # It keeps files itself, and Google hears nothing of them.
        assert emulator.calls_by(api_key) == []
        return
    # Only the start of an upload carries the key.
    assert [call["to"] for call in emulator.calls_by(api_key)] == ["start-upload"]
    chunks = [call["requestBytes"] for call in emulator.state()["calls"] if call["to"] == "upload"]
    assert chunks[-2:] == [CHUNK_BYTES, len(big_photo) - CHUNK_BYTES]


def test_uploads_a_path(developer: Connect, tmp_path: Path) -> None:
    path = tmp_path / "small photo.png"
    path.write_bytes(png(Image.new("RGB", (64, 64), "red")))
    client = developer()
    file = client.files.upload(file=path)
    assert (file.mime_type, file.size_bytes) == ("image/png", path.stat().st_size)
    client.files.delete(name=file.name or "")


def test_gets_and_lists(uploaded: tuple[genai.Client, types.File]) -> None:
    client, file = uploaded
    assert client.files.get(name=file.name or "") == file
    assert file.name in [one.name for one in client.files.list(config={"page_size": 1})]


def test_an_edit_of_a_file(
    uploaded: tuple[genai.Client, types.File], big_photo: bytes, api_key: str
) -> None:
    client, file = uploaded
    response = client.models.generate_content(model=MODEL, contents=["make it brighter", file])
    assert opened(image_bytes(response)).size == (1024, 1024)
    edit = emulator.calls_by(api_key)[-1]
    assert edit["images"][0]["sha256"] == hashlib.sha256(big_photo).hexdigest()


def test_a_deleted_file_is_gone(uploaded: tuple[genai.Client, types.File]) -> None:
    client, file = uploaded
    client.files.delete(name=file.name or "")
    with pytest.raises(errors.ClientError, match="it may not exist") as raised:
        client.files.get(name=file.name or "")
    assert (raised.value.code, raised.value.status) == (403, "PERMISSION_DENIED")
    with pytest.raises(errors.ClientError, match="it may not exist") as raised:
        client.models.generate_content(model=MODEL, contents=["make it brighter", file])
    assert raised.value.code == 403


@pytest.mark.skipif(
    emulator.THROUGH_GATEWAY, reason="A gateway keeps files itself, and asks Google about no key."
)
def test_an_upload_with_a_bad_key(developer: Connect) -> None:
    with pytest.raises(errors.ClientError) as raised:
        developer("AIza-invalid").files.upload(
            file=io.BytesIO(b"x"), config=types.UploadFileConfig(mime_type="image/png")
        )
    assert (raised.value.code, raised.value.status) == (400, "INVALID_ARGUMENT")

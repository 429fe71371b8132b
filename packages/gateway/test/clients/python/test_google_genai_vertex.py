"""google-genai in Vertex mode: whose credentials, where, and Imagen, which it still sends."""

import json
from pathlib import Path
from typing import Any

import google.auth
import pytest
from google import genai
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import Request
from google.genai import errors, types
from google.oauth2 import service_account as accounts

import emulator
from clients import MODEL, Connect, image_bytes
from pictures import PHOTO, PHOTO_SIZE, mask, opened

pytestmark = pytest.mark.filterwarnings("ignore:The .* method is deprecated")

SCOPES = ["https://www.googleapis.com/auth/cloud-platform"]
CONTENTS = [
    "make it brighter",
    types.Part.from_bytes(data=PHOTO.read_bytes(), mime_type="image/jpeg"),
]


def edit(client: genai.Client, **config: Any) -> types.GenerateContentResponse:
    return client.models.generate_content(
        model=MODEL, contents=CONTENTS, config=types.GenerateContentConfig(**config)
    )


def test_a_token_of_the_metadata_server(vertex: Connect) -> None:
    response = edit(vertex())
    assert opened(image_bytes(response)).size == (1264, 848)
    assert response.usage_metadata
    assert response.usage_metadata.traffic_type == types.TrafficType.ON_DEMAND
    recorded = emulator.state()["calls"]
    token = [call for call in recorded if call["path"].endswith("/default/token")][-1]
    edited = [call for call in recorded if call["to"] == "generate"][-1]
    assert (token["status"], edited["credential"]["kind"]) == (200, "token")
    assert edited["path"] == (
        "/v1beta1/projects/a-project/locations/global/"
        f"publishers/google/models/{MODEL}:generateContent"
    )


def test_default_credentials_know_the_project() -> None:
    _, project = google.auth.default()
    assert project == "plantain-emulator"


def test_a_service_accounts_file(
    vertex: Connect,
    service_account: dict[str, str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    file = tmp_path / "account.json"
    file.write_text(json.dumps(service_account))
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(file))
    assert opened(image_bytes(edit(vertex()))).format == "PNG"
    token = [call for call in emulator.state()["calls"] if call["to"] == "token"][-1]
    assert (token["path"], token["status"]) == ("/token", 200)


def test_a_service_account_that_may_not_predict(
    vertex: Connect, service_account: dict[str, str]
) -> None:
    named = service_account | {"client_email": "no-permission@p.iam.gserviceaccount.com"}
    credentials = accounts.Credentials.from_service_account_info(named, scopes=SCOPES)
    with pytest.raises(errors.ClientError) as raised:
        edit(vertex(credentials=credentials))
    assert (raised.value.code, raised.value.status) == (403, "PERMISSION_DENIED")
    assert "Permission 'aiplatform.endpoints.predict' denied" in (raised.value.message or "")


def test_a_token_for_no_scope_is_not_given(service_account: dict[str, str]) -> None:
    credentials = accounts.Credentials.from_service_account_info(service_account, scopes=[])
    with pytest.raises(RefreshError, match="invalid_scope"):
        credentials.refresh(Request())


def test_an_express_key(api_key: str) -> None:
    with genai.Client(
        vertexai=True, api_key=api_key, http_options=types.HttpOptions(base_url=emulator.URL)
    ) as client:
        assert opened(image_bytes(edit(client))).format == "PNG"
    [call] = emulator.calls_by(api_key)
    assert call["path"] == f"/v1beta1/publishers/google/models/{MODEL}:generateContent"


def test_a_region_has_no_gemini_3_images(vertex: Connect) -> None:
    with pytest.raises(errors.ClientError, match="projects/a-project/locations/us-central1"):
        edit(vertex(location="us-central1"))


def test_the_output_type_can_be_chosen(vertex: Connect) -> None:
    image_config = types.ImageConfig(output_mime_type="image/jpeg", aspect_ratio="1:1")
    picture = opened(image_bytes(edit(vertex(), image_config=image_config)))
    assert (picture.format, picture.size) == ("JPEG", (1024, 1024))


def test_a_stream(vertex: Connect) -> None:
    chunks = vertex().models.generate_content_stream(model=MODEL, contents=CONTENTS)
    assert len([part for chunk in chunks for part in chunk.parts or [] if part.inline_data]) == 1


def test_a_chat(vertex: Connect) -> None:
    chat = vertex().chats.create(model=MODEL)
    chat.send_message(CONTENTS)
    assert opened(image_bytes(chat.send_message("and a little warmer"))).format == "PNG"


def test_models_and_tokens(vertex: Connect) -> None:
    models = vertex().models
    listed = [model.name for model in models.list(config={"query_base": True})]
    assert f"publishers/google/models/{MODEL}" in listed
    assert models.get(model=MODEL).name == f"publishers/google/models/{MODEL}"
    assert (models.count_tokens(model=MODEL, contents=CONTENTS).total_tokens or 0) > 1120


@pytest.mark.parametrize(
    ("persona", "kind", "code", "status"),
    [
        ("iam-denied", errors.ClientError, 403, "PERMISSION_DENIED"),
        ("429-minute", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
        ("503", errors.ServerError, 503, "UNAVAILABLE"),
    ],
)
def test_an_error(
    vertex: Connect, persona: str, kind: type[errors.APIError], code: int, status: str
) -> None:
    with pytest.raises(kind) as raised:
        edit(vertex(persona=persona))
    assert (raised.value.code, raised.value.status) == (code, status)
    # The shared quota of Vertex AI gives no wait to be obeyed.
    assert "RetryInfo" not in str(raised.value.details)


def test_a_refusal_explains_itself(vertex: Connect) -> None:
    response = edit(vertex(persona="image-safety"))
    assert response.candidates
    assert response.candidates[0].finish_reason == types.FinishReason.IMAGE_SAFETY
    # In Developer mode this SDK drops the message.
    assert (response.candidates[0].finish_message or "").startswith("Unable to show")


RAW = types.RawReferenceImage(
    reference_id=1, reference_image=types.Image.from_file(location=str(PHOTO))
)


def test_imagen_edits_a_photo(vertex: Connect) -> None:
    response = vertex(location="us-central1").models.edit_image(
        model="imagen-3.0-capability-001",
        prompt="make it brighter",
        reference_images=[RAW],
        config=types.EditImageConfig(
            number_of_images=2,
            edit_mode=types.EditMode.EDIT_MODE_DEFAULT,
            base_steps=35,
            output_mime_type="image/jpeg",
        ),
    )
    assert [_picture(image).format for image in response.generated_images or []] == ["JPEG"] * 2


def test_imagen_edits_inside_a_mask(vertex: Connect) -> None:
    marked = types.MaskReferenceImage(
        reference_id=2,
        reference_image=types.Image(image_bytes=mask(), mime_type="image/png"),
        config=types.MaskReferenceConfig(
            mask_mode=types.MaskReferenceMode.MASK_MODE_USER_PROVIDED, mask_dilation=0.01
        ),
    )
    response = vertex(location="us-central1").models.edit_image(
        model="imagen-3.0-capability-001",
        prompt="",
        reference_images=[RAW, marked],
        config=types.EditImageConfig(edit_mode=types.EditMode.EDIT_MODE_INPAINT_REMOVAL),
    )
    [image] = response.generated_images or []
    assert _picture(image).size == PHOTO_SIZE


def test_imagen_generates(vertex: Connect) -> None:
    response = vertex(location="us-central1").models.generate_images(
        model="imagen-4.0-generate-001",
        prompt="a red rose",
        config=types.GenerateImagesConfig(
            number_of_images=2, aspect_ratio="16:9", include_safety_attributes=True
        ),
    )
    images = response.generated_images or []
    assert [_picture(image).size for image in images] == [(1408, 768)] * 2
    assert all(image.safety_attributes and image.safety_attributes.scores for image in images)


def test_imagen_says_why_images_were_filtered(vertex: Connect) -> None:
    response = vertex(location="us-central1", persona="image-safety").models.generate_images(
        model="imagen-4.0-generate-001",
        prompt="a red rose",
        config=types.GenerateImagesConfig(number_of_images=2, include_rai_reason=True),
    )
    images = response.generated_images or []
    assert [image.image and image.image.image_bytes for image in images] == [None, None]
    assert all("Support codes" in (image.rai_filtered_reason or "") for image in images)


def test_imagen_is_not_for_developer_mode(developer: Connect, api_key: str) -> None:
    with pytest.raises(ValueError, match="only supported"):
        developer().models.generate_images(model="imagen-4.0-generate-001", prompt="a rose")
    assert emulator.calls_by(api_key) == []


def _picture(made: types.GeneratedImage) -> Any:
    assert made.image and made.image.image_bytes
    return opened(made.image.image_bytes)

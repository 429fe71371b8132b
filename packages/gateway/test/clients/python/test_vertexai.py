"""The vertexai library's ImageGenerationModel, over REST, as old applications use it."""

from typing import Any

import google.auth
import pytest
import vertexai
from google.api_core import exceptions
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import service_account as accounts
from google.oauth2.credentials import Credentials
from vertexai.preview.vision_models import (
    Image,
    ImageGenerationModel,
    MaskReferenceImage,
    RawReferenceImage,
)

import emulator
from pictures import PHOTO, PHOTO_SIZE, mask

pytestmark = pytest.mark.filterwarnings("ignore")

LEGACY = "imagegeneration@002"


def use(credentials: Any) -> None:
    vertexai.init(
        project="a-project",
        location="us-central1",
        api_endpoint=emulator.URL,
        api_transport="rest",
        credentials=credentials,
    )


@pytest.fixture
def token(api_key: str) -> str:
    return f"ya29.{api_key}"


@pytest.fixture
def model(token: str) -> ImageGenerationModel:
    use(Credentials(token))
    return ImageGenerationModel.from_pretrained(LEGACY)


@pytest.fixture
def photo() -> Image:
    return Image.load_from_file(str(PHOTO))


def test_the_classic_edit(model: ImageGenerationModel, photo: Image, token: str) -> None:
    response = model.edit_image(prompt="make it brighter", base_image=photo)
    [edited] = response.images
    assert (edited._mime_type, edited._size) == ("image/png", (1280, 896))
    asked, predicted = emulator.calls_by(token)
    assert asked["path"] == "/v1/publishers/google/models/imagegeneration%40002"
    assert predicted["path"] == (
        "/v1/projects/a-project/locations/us-central1/"
        "publishers/google/models/imagegeneration%40002:predict"
    )
    assert [image["bytes"] for image in predicted["images"]] == [PHOTO.stat().st_size]


def test_a_mask(model: ImageGenerationModel, photo: Image) -> None:
    response = model.edit_image(
        prompt="remove it", base_image=photo, mask=Image(mask()), edit_mode="inpainting-remove"
    )
    assert [image._size for image in response] == [PHOTO_SIZE]


def test_a_mask_that_the_model_finds(model: ImageGenerationModel, photo: Image) -> None:
    response = model.edit_image(
        prompt="a beach",
        base_image=photo,
        edit_mode="background-swap",
        mask_mode="background",
        mask_dilation=0.01,
        negative_prompt="people",
        guidance_scale=60,
        language="en",
        seed=7,
        output_mime_type="image/jpeg",
        compression_quality=75,
        safety_filter_level="block_few",
        person_generation="allow_adult",
    )
    assert [(image._mime_type, image._size) for image in response] == [("image/jpeg", PHOTO_SIZE)]


def test_several_images(model: ImageGenerationModel, photo: Image, token: str) -> None:
    response = model.edit_image(prompt="make it brighter", base_image=photo, number_of_images=3)
    assert len(response.images) == 3
    assert len({image._image_bytes for image in response}) == 3
    assert emulator.calls_by(token)[-1]["imagesBilled"] == 3


def test_generates(model: ImageGenerationModel) -> None:
    response = model.generate_images(
        prompt="a red rose", number_of_images=2, aspect_ratio="16:9", seed=3, add_watermark=False
    )
    assert [image._size for image in response] == [(1408, 768)] * 2


def test_results_in_cloud_storage(model: ImageGenerationModel, photo: Image) -> None:
    response = model.edit_image(
        prompt="make it brighter", base_image=photo, output_gcs_uri="gs://a-bucket/edits"
    )
    [edited] = response.images
    assert (edited._gcs_uri or "").startswith("gs://a-bucket/edits/")


def test_reference_images(token: str, photo: Image) -> None:
    use(Credentials(token))
    capability = ImageGenerationModel.from_pretrained("imagen-3.0-capability-001")
    response = capability.edit_image(
        prompt="",
        edit_mode="inpainting-remove",
        reference_images=[
            RawReferenceImage(reference_id=1, image=photo),
            MaskReferenceImage(reference_id=2, image=Image(mask()), mask_mode="user_provided"),
        ],
    )
    assert [image._size for image in response] == [PHOTO_SIZE]


def test_a_saved_image_can_be_edited_again(
    model: ImageGenerationModel, photo: Image, tmp_path: Any
) -> None:
    [first] = model.edit_image(prompt="make it brighter", base_image=photo).images
    first.save(str(tmp_path / "edited.png"))
    again = Image.load_from_file(str(tmp_path / "edited.png"))
    [second] = model.edit_image(prompt="make it warmer", base_image=again).images
    assert second._size == first._size


@pytest.mark.parametrize("persona", ["image-safety", "no-image"])
def test_filtered_images_are_missing(
    model: ImageGenerationModel, photo: Image, persona: str
) -> None:
    with emulator.failing(persona, surface="vertex"):
        response = model.edit_image(
            prompt="make it brighter", base_image=photo, number_of_images=2
        )
    assert response.images == []


# Over REST, google.api_core knows errors by their HTTP status.
@pytest.mark.parametrize(
    ("persona", "kind", "words"),
    [
        ("blocked", exceptions.BadRequest, "The prompt could not be submitted"),
        ("bad-location", exceptions.BadRequest, "User location is not supported"),
        ("iam-denied", exceptions.Forbidden, "'aiplatform.endpoints.predict' denied"),
        ("api-disabled", exceptions.Forbidden, "Vertex AI API has not been used"),
        ("model-gone", exceptions.NotFound, "models/imagegeneration@002` was not found"),
        ("429-minute", exceptions.TooManyRequests, "Resource exhausted"),
        ("500", exceptions.InternalServerError, "internal error"),
        ("html-502", exceptions.BadGateway, "Error 502"),
        ("503", exceptions.ServiceUnavailable, "high demand"),
        ("504", exceptions.GatewayTimeout, "Deadline expired"),
    ],
)
def test_an_error(
    model: ImageGenerationModel,
    photo: Image,
    token: str,
    persona: str,
    kind: type[exceptions.GoogleAPICallError],
    words: str,
) -> None:
    with emulator.failing(persona, surface="vertex"), pytest.raises(kind) as raised:
        model.edit_image(prompt="make it brighter", base_image=photo)
    assert words in raised.value.message
    assert [call["to"] for call in emulator.calls_by(token)] == ["get-model", "predict"]


def test_the_reason_stands_in_the_details(model: ImageGenerationModel, photo: Image) -> None:
    with (
        emulator.failing("iam-denied", surface="vertex"),
        pytest.raises(exceptions.Forbidden) as raised,
    ):
        model.edit_image(prompt="make it brighter", base_image=photo)
    assert raised.value.reason == "IAM_PERMISSION_DENIED"
    assert raised.value.domain == "aiplatform.googleapis.com"


def test_a_page_instead_of_an_answer(model: ImageGenerationModel, photo: Image) -> None:
    with (
        emulator.failing("html-413", surface="vertex"),
        pytest.raises(exceptions.GoogleAPICallError) as raised,
    ):
        model.edit_image(prompt="make it brighter", base_image=photo)
    assert raised.value.code == 413


def test_only_the_question_for_the_model_is_tried_again(token: str) -> None:
    use(Credentials(token))
    with emulator.failing("503@1x", credential=token, calls="models"):
        ImageGenerationModel.from_pretrained(LEGACY)
    assert [call["status"] for call in emulator.calls_by(token)] == [503, 200]


def test_an_unknown_model(token: str) -> None:
    use(Credentials(token))
    with pytest.raises(exceptions.NotFound, match="`publishers/google/models/imagegeneration@99`"):
        ImageGenerationModel.from_pretrained("imagegeneration@99")


def test_gemini_is_none_of_its_models(token: str) -> None:
    use(Credentials(token))
    with pytest.raises(ValueError, match="Unknown model"):
        ImageGenerationModel.from_pretrained("gemini-nano-banana-2.1")


def test_a_bad_token() -> None:
    use(Credentials("ya29.invalid"))
    with pytest.raises(GoogleAuthError, match="Unable to authenticate"):
        ImageGenerationModel.from_pretrained(LEGACY)


def test_the_metadata_servers_token(photo: Image) -> None:
    credentials, _ = google.auth.default()
    use(credentials)
    model = ImageGenerationModel.from_pretrained(LEGACY)
    assert len(model.edit_image(prompt="make it brighter", base_image=photo).images) == 1


def test_a_service_accounts_own_token(photo: Image, service_account: dict[str, str]) -> None:
    """This library signs tokens itself and asks nobody for them."""
    use(accounts.Credentials.from_service_account_info(service_account))
    before = _tokens_given()
    model = ImageGenerationModel.from_pretrained(LEGACY)
    assert len(model.edit_image(prompt="make it brighter", base_image=photo).images) == 1
    assert _tokens_given() == before


def _tokens_given() -> int:
    return sum(call["to"] == "token" for call in emulator.state()["calls"])

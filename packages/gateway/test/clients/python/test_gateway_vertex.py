"""Vertex AI's clients with a gateway between them and Google: what was written for Imagen works again."""

from collections.abc import Iterator
from typing import Any

import pytest
from google import genai
from google.genai import errors, types
from google.oauth2.credentials import Credentials

import emulator
from clients import MODEL, image_bytes
from pictures import PHOTO, PHOTO_SIZE, mask, opened

pytestmark = [
    pytest.mark.filterwarnings("ignore"),
    pytest.mark.skipif(not emulator.THROUGH_GATEWAY, reason="there is no gateway"),
]

LEGACY = "imagegeneration@002"
CAPABILITY = "imagen-3.0-capability-001"


@pytest.fixture
def token(api_key: str) -> str:
    """A Google token of the test's own, by which the emulator's record tells its calls apart."""
    return f"ya29.{api_key}"


@pytest.fixture
def client(token: str) -> Iterator[genai.Client]:
    with genai.Client(
        vertexai=True,
        project="a-project",
        location="us-central1",
        credentials=Credentials(token),
        http_options=types.HttpOptions(base_url=emulator.DEVELOPER_URL),
    ) as connected:
        yield connected


def image() -> types.Image:
    return types.Image.from_file(location=str(PHOTO))


RAW = types.RawReferenceImage(reference_id=1, reference_image=image())
CONTENTS = [
    "make it brighter",
    types.Part.from_bytes(data=PHOTO.read_bytes(), mime_type="image/jpeg"),
]


class TestGoogleGenAi:
    def test_edits(self, client: genai.Client, token: str) -> None:
        response = client.models.generate_content(model=MODEL, contents=CONTENTS)
        assert opened(image_bytes(response)).size == (1264, 848)
        [call] = emulator.calls_by(token)
        assert [sent["bytes"] for sent in call["images"]] == [PHOTO.stat().st_size]

    def test_a_stream(self, client: genai.Client) -> None:
        chunks = client.models.generate_content_stream(model=MODEL, contents=CONTENTS)
        parts = [part for chunk in chunks for part in chunk.parts or []]
        assert len([part for part in parts if part.inline_data]) == 1

    def test_a_chat(self, client: genai.Client) -> None:
        chat = client.chats.create(model=MODEL)
        chat.send_message(CONTENTS)
        assert opened(image_bytes(chat.send_message("and a little warmer"))).size

    def test_models_and_tokens(self, client: genai.Client) -> None:
        listed = [model.name for model in client.models.list(config={"query_base": True})]
        assert f"publishers/google/models/{MODEL}" in listed
        assert client.models.get(model=MODEL).name == f"publishers/google/models/{MODEL}"
        counted = client.models.count_tokens(model=MODEL, contents=CONTENTS)
        assert (counted.total_tokens or 0) > 1000

    def test_imagen_edits_a_photo(self, client: genai.Client, token: str) -> None:
        response = client.models.edit_image(
            model=CAPABILITY,
            prompt="make it brighter",
            reference_images=[RAW],
            config=types.EditImageConfig(
                number_of_images=2,
                edit_mode=types.EditMode.EDIT_MODE_DEFAULT,
                base_steps=35,
                output_mime_type="image/jpeg",
            ),
        )
        pictures = [_picture(made) for made in response.generated_images or []]
        assert [picture.format for picture in pictures] == ["JPEG"] * 2
        assert [call["model"] for call in emulator.calls_by(token)] == [MODEL] * 2

    def test_imagen_edits_inside_a_mask(self, client: genai.Client) -> None:
        marked = types.MaskReferenceImage(
            reference_id=2,
            reference_image=types.Image(image_bytes=mask(), mime_type="image/png"),
            config=types.MaskReferenceConfig(
                mask_mode=types.MaskReferenceMode.MASK_MODE_USER_PROVIDED, mask_dilation=0.01
            ),
        )
        response = client.models.edit_image(
            model=CAPABILITY,
            prompt="",
            reference_images=[RAW, marked],
            config=types.EditImageConfig(
                edit_mode=types.EditMode.EDIT_MODE_INPAINT_REMOVAL, number_of_images=1
            ),
        )
        [made] = response.generated_images or []
        assert _picture(made).size == PHOTO_SIZE

    def test_imagen_generates(self, client: genai.Client) -> None:
        response = client.models.generate_images(
            model="imagen-4.0-generate-001",
            prompt="a red rose",
            config=types.GenerateImagesConfig(number_of_images=2, aspect_ratio="16:9"),
        )
        pictures = [_picture(made) for made in response.generated_images or []]
        assert [picture.size for picture in pictures] == [(1376, 768)] * 2

    def test_what_has_no_counterpart_is_refused_by_name(
        self, client: genai.Client, token: str
    ) -> None:
        with pytest.raises(errors.ClientError, match=r"parameters\.\w+ is refused: nothing is upscaled here"):
            client.models.upscale_image(
                model="imagen-4.0-upscale-preview", image=image(), upscale_factor="x2"
            )
        with pytest.raises(errors.ClientError, match=r"includeSafetyAttributes is refused"):
            client.models.generate_images(
                model="imagen-4.0-generate-001",
                prompt="a rose",
                config=types.GenerateImagesConfig(include_safety_attributes=True),
            )
        assert emulator.calls_by(token) == []

    def test_blocked_images_say_why(self, client: genai.Client, token: str) -> None:
        with emulator.failing("image-safety", credential=token):
            response = client.models.generate_images(
                model="imagen-4.0-generate-001",
                prompt="a red rose",
                config=types.GenerateImagesConfig(number_of_images=1, include_rai_reason=True),
            )
        [made] = response.generated_images or []
        assert made.image is None or made.image.image_bytes is None
        assert "safety filter" in (made.rai_filtered_reason or "")

    @pytest.mark.parametrize(
        ("persona", "kind", "code", "status"),
        [
            ("429-day", errors.ClientError, 429, "RESOURCE_EXHAUSTED"),
            ("model-gone", errors.ClientError, 404, "NOT_FOUND"),
            ("500", errors.ServerError, 500, "INTERNAL"),
            ("503", errors.ServerError, 503, "UNAVAILABLE"),
        ],
    )
    def test_an_error(
        self,
        client: genai.Client,
        token: str,
        persona: str,
        kind: type[errors.APIError],
        code: int,
        status: str,
    ) -> None:
        with emulator.failing(persona, credential=token), pytest.raises(kind) as raised:
            client.models.generate_content(model=MODEL, contents=CONTENTS)
        assert (raised.value.code, raised.value.status) == (code, status)


def _picture(made: types.GeneratedImage) -> Any:
    assert made.image and made.image.image_bytes
    return opened(made.image.image_bytes)


class TestVertexAi:
    """The library's ImageGenerationModel, which is in the last google-cloud-aiplatform that has it."""

    @pytest.fixture(autouse=True)
    def library(self) -> Any:
        return pytest.importorskip("vertexai.preview.vision_models")

    @pytest.fixture
    def model(self, library: Any, token: str) -> Any:
        _use(token)
        return library.ImageGenerationModel.from_pretrained(LEGACY)

    @pytest.fixture
    def photo(self, library: Any) -> Any:
        return library.Image.load_from_file(str(PHOTO))

    def test_the_classic_edit(self, model: Any, photo: Any, token: str) -> None:
        response = model.edit_image(prompt="make it brighter", base_image=photo)
        [edited] = response.images
        assert (edited._mime_type, edited._size) == ("image/png", (1264, 848))
        # Whoever asks for the model itself is answered by the gateway.
        [call] = emulator.calls_by(token)
        assert call["path"] == f"/v1beta/models/{MODEL}:generateContent"
        assert [sent["mimeType"] for sent in call["images"]] == ["image/jpeg"]

    def test_several_images(self, model: Any, photo: Any, token: str) -> None:
        response = model.edit_image(
            prompt="make it brighter", base_image=photo, number_of_images=3
        )
        assert len(response.images) == 3
        assert len(emulator.calls_by(token)) == 3

    def test_a_mask(self, library: Any, model: Any, photo: Any) -> None:
        response = model.edit_image(
            prompt="remove it",
            base_image=photo,
            mask=library.Image(mask()),
            edit_mode="inpainting-remove",
        )
        assert [edited._size for edited in response] == [PHOTO_SIZE]

    def test_a_mask_that_is_found(self, model: Any, photo: Any) -> None:
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
        made = [(edited._mime_type, edited._size) for edited in response]
        assert made == [("image/jpeg", PHOTO_SIZE)]

    def test_reference_images(self, library: Any, token: str, photo: Any) -> None:
        _use(token)
        capability = library.ImageGenerationModel.from_pretrained(CAPABILITY)
        response = capability.edit_image(
            prompt="",
            edit_mode="inpainting-remove",
            reference_images=[
                library.RawReferenceImage(reference_id=1, image=photo),
                library.MaskReferenceImage(
                    reference_id=2, image=library.Image(mask()), mask_mode="user_provided"
                ),
            ],
        )
        assert [edited._size for edited in response] == [PHOTO_SIZE]

    def test_generates(self, model: Any) -> None:
        response = model.generate_images(
            prompt="a red rose", number_of_images=2, aspect_ratio="16:9", seed=3, add_watermark=False
        )
        assert [made._size for made in response] == [(1376, 768)] * 2

    def test_a_saved_image_can_be_edited_again(
        self, library: Any, model: Any, photo: Any, tmp_path: Any
    ) -> None:
        [first] = model.edit_image(prompt="make it brighter", base_image=photo).images
        first.save(str(tmp_path / "edited.png"))
        again = library.Image.load_from_file(str(tmp_path / "edited.png"))
        [second] = model.edit_image(prompt="make it warmer", base_image=again).images
        assert second._size == first._size

    def test_results_in_cloud_storage_are_refused(self, model: Any, photo: Any) -> None:
        from google.api_core import exceptions

        with pytest.raises(exceptions.BadRequest, match=r"parameters\.storageUri is refused"):
            model.edit_image(
                prompt="brighter", base_image=photo, output_gcs_uri="gs://a-bucket/edits"
            )

    def test_classes_of_things_are_refused(self, model: Any, photo: Any) -> None:
        from google.api_core import exceptions

        with pytest.raises(exceptions.BadRequest, match="finds the subject"):
            model.edit_image(
                prompt="red",
                base_image=photo,
                edit_mode="inpainting-insert",
                mask_mode="semantic",
            )

    @pytest.mark.parametrize("persona", ["image-safety", "no-image", "blocked"])
    def test_blocked_images_are_missing(
        self, model: Any, photo: Any, token: str, persona: str
    ) -> None:
        with emulator.failing(persona, credential=token):
            response = model.edit_image(
                prompt="make it brighter", base_image=photo, number_of_images=2
            )
        assert response.images == []

    # Over REST, google.api_core knows errors by their HTTP status.
    @pytest.mark.parametrize(
        ("persona", "kind"),
        [
            ("429-day", "TooManyRequests"),
            ("500", "BadGateway"),
            ("503", "ServiceUnavailable"),
            ("model-gone", "NotFound"),
            ("bad-location", "BadRequest"),
        ],
    )
    def test_an_error(
        self, model: Any, photo: Any, token: str, persona: str, kind: str
    ) -> None:
        from google.api_core import exceptions

        with (
            emulator.failing(persona, credential=token),
            pytest.raises(getattr(exceptions, kind)),
        ):
            model.edit_image(prompt="make it brighter", base_image=photo)

    def test_a_model_that_never_was(self, library: Any, token: str) -> None:
        from google.api_core import exceptions

        _use(token)
        with pytest.raises(exceptions.NotFound, match="No model of that name"):
            library.ImageGenerationModel.from_pretrained("imagegeneration@999")


def _use(token: str) -> None:
    import vertexai

    vertexai.init(
        project="a-project",
        location="us-central1",
        api_endpoint=emulator.DEVELOPER_URL,
        api_transport="rest",
        credentials=Credentials(token),
    )

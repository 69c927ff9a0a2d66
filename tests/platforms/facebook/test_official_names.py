"""The names that are sent are those of Meta's own client library, which is generated from the Graph API's specification."""

import inspect
from typing import Any
from urllib.parse import parse_qsl

import pytest
from facebook_business.adobjects.advideo import AdVideo  # type: ignore[import-untyped]  # ships no types
from facebook_business.adobjects.page import Page as OfficialPage  # type: ignore[import-untyped]  # ships no types
from facebook_business.adobjects.pagepost import PagePost  # type: ignore[import-untyped]  # ships no types

from dravo.platforms.base import Call
from dravo.platforms.facebook import comments, nodes, photos, posts, reels, videos
from dravo.platforms.facebook.videos import Offsets, VideoUpload
from platforms.facebook.material import PAGE, film, photo, wire

UPLOAD = VideoUpload(start_offset=0, end_offset=600, upload_session_id="7", video_id="500")


@pytest.mark.parametrize(
    ("call", "official"),
    [
        (posts.publish_post(PAGE, "Hi", link="https://e.com"), OfficialPage.create_feed),
        (photos.upload_photo(PAGE, photo(0)), OfficialPage.create_photo),
        (videos.start_upload(PAGE, film()), OfficialPage.create_video),
        (videos.publish_video(PAGE, UPLOAD, "Hi"), OfficialPage.create_video),
        (reels.start_upload(PAGE), OfficialPage.create_video_reel),
        (reels.publish_reel(PAGE, "500", "Hi"), OfficialPage.create_video_reel),
        (comments.comment(PAGE, "77_1", "Hi"), PagePost.create_comment),
    ],
)
async def test_every_field_is_a_parameter_of_its_edge(call: Call[Any], official: Any) -> None:
    source = inspect.getsource(official)
    for name, _ in parse_qsl((await wire(call)).content.decode(), strict_parsing=True):
        assert f"'{name}':" in source


def test_photos_and_parts_are_parameters_of_their_edges() -> None:
    assert "'attached_media':" in inspect.getsource(OfficialPage.create_feed)
    part = videos.send_part(PAGE, "7", film(), Offsets(start_offset=0, end_offset=9)).request
    for name in (*(part.form or {}), *part.files):
        assert f"'{name}':" in inspect.getsource(OfficialPage.create_video)


def test_what_is_asked_of_a_video_are_fields_of_it() -> None:
    fields = nodes.node_of(PAGE, "500").request.query["fields"].split(",")
    assert set(fields) <= {value for name, value in vars(AdVideo.Field).items() if not name.startswith("_")}


def test_phases_and_states_are_those_that_there_are() -> None:
    phases = {value for name, value in vars(AdVideo.UploadPhase).items() if not name.startswith("_")}
    orders: list[Call[Any]] = [
        videos.start_upload(PAGE, film()),
        videos.send_part(PAGE, "7", film(), Offsets(start_offset=0, end_offset=9)),
        videos.publish_video(PAGE, UPLOAD, "Hi"),
        reels.start_upload(PAGE),
        reels.publish_reel(PAGE, "500", "Hi"),
    ]
    forms = [call.request.form or {} for call in orders]
    assert {form["upload_phase"] for form in forms} <= phases
    assert forms[-1]["video_state"] == AdVideo.VideoState.published

import json
import tempfile
from pathlib import Path

import pytest

from dravo.media import inspection
from dravo.media.child import said_by
from dravo.media.inspection import UnusableMedia, inspect
from dravo.media.probe import Facts, content_type_of
from support import media


async def inspected(body: bytes) -> Facts:
    with tempfile.TemporaryFile() as file:
        file.write(body)
        file.flush()
        return await inspect(file)


def told(facts: Facts) -> tuple[str, int, int, int | None]:
    return facts.content_type, facts.width, facts.height, facts.duration_ms


async def refused(body: bytes) -> str:
    with pytest.raises(UnusableMedia) as caught:
        await inspected(body)
    return caught.value.reason


@pytest.mark.parametrize(
    ("form", "content_type"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif")],
)
async def test_a_picture_is_told_by_its_bytes(form: str, content_type: str) -> None:
    assert told(await inspected(media.picture(form))) == (content_type, 40, 30, None)


async def test_a_moving_gif_is_an_image_of_its_first_frame_s_size() -> None:
    assert told(await inspected(media.moving("GIF"))) == ("image/gif", 12, 8, None)


@pytest.mark.parametrize(
    ("form", "codec", "content_type"),
    [
        ("mp4", "mpeg4", "video/mp4"),
        ("mp4", "libx264", "video/mp4"),
        ("mov", "mpeg4", "video/quicktime"),
        ("webm", "libvpx", "video/webm"),
    ],
)
async def test_a_video_is_told_by_its_bytes_with_its_length(form: str, codec: str, content_type: str) -> None:
    assert told(await inspected(media.video(form, codec))) == (content_type, 64, 48, 1500)


async def test_a_recording_without_a_length_in_its_header_is_measured() -> None:
    assert told(await inspected(media.video("webm", "libvpx", live=True))) == ("video/webm", 64, 48, 1500)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"hello",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"#EXTM3U\n#EXT-X-VERSION:3\nhttp://127.0.0.1/x.ts\n",
        b"%PDF-1.7",
        b"\0\0\0\x18ftypheic\0\0\0\0mif1heic",
        b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom",
        b"RIFF\x24\0\0\0WAVEfmt ",
        media.picture("BMP"),
        media.picture("TIFF"),
        media.video("matroska", "libvpx"),
        media.sound_only(),
    ],
    ids=["nothing", "text", "svg", "playlist", "pdf", "heic", "m4a", "wav", "bmp", "tiff", "matroska", "mp4-of-sound"],
)
async def test_what_is_not_taken_is_an_unknown_type(body: bytes) -> None:
    assert await refused(body) == "unknown"


@pytest.mark.parametrize(
    "body",
    [
        media.picture("JPEG")[:400],
        media.picture("PNG")[:200],
        media.picture("WEBP")[:100],
        b"GIF89a",
        b"\xff\xd8\xff<script>alert(1)</script>",
        b"\x89PNG\r\n\x1a\n",
        media.video("mp4", "mpeg4")[:900],
        b"\0\0\0\x1cftypisom" + b"#EXTM3U\nhttp://127.0.0.1/x.ts\n",
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\x82\x84webm",
        b"\x00\x00\x00\x08mdat",
    ],
)
async def test_a_broken_file_of_a_known_type_is_damaged(body: bytes) -> None:
    assert await refused(body) == "damaged"


async def test_a_video_cut_short_behind_its_index_is_damaged() -> None:
    whole = media.video("mov", "mpeg4")
    index = whole.index(b"moov") - 4
    length = int.from_bytes(whole[index : index + 4], "big")
    data = whole.index(b"mdat") - 4
    # The index first, then a first half of the frames: what an interrupted download leaves.
    moved = whole[:data] + whole[index : index + length] + whole[data:index]
    assert await refused(moved[: len(moved) - (index - data) // 2]) == "damaged"


@pytest.mark.parametrize("side", [10_001, 15_000, 200_000])
async def test_a_bomb_is_refused_before_it_is_unpacked(side: int) -> None:
    assert await refused(media.png_that_claims(side, side)) == "too_many_pixels"


async def test_a_probe_that_hangs_is_ended_at_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(inspection, "SECONDS", 0.0)
    assert await refused(media.picture("PNG")) == "damaged"


PLAIN: dict[str, object] = {
    "content_type": "image/png",
    "width": 1,
    "height": 1,
    "duration_ms": None,
    "details": {"frames": 1, "colours": "RGB", "transparent": False},
}


def test_a_plain_word_is_believed() -> None:
    assert inspection._understood(json.dumps(PLAIN).encode()).details == PLAIN["details"]


@pytest.mark.parametrize(
    "said",
    [b"", b"{", b"[]", b"{}", b"[" * 60_000, b'{"refused": "because"}', b'{"refused": "damaged", "width": 1}'],
    ids=["nothing", "half", "a-list", "no-facts", "too-deep", "unknown-refusal", "both"],
)
def test_a_child_that_talks_nonsense_is_not_believed(said: bytes) -> None:
    with pytest.raises(UnusableMedia):
        inspection._understood(said)


@pytest.mark.parametrize(
    "wrong",
    [
        {"content_type": "text/html"},
        {"width": 0},
        {"width": "1"},
        {"height": True},
        {"duration_ms": "long"},
        {"size_bytes": 1},
        {"details": None},
        {"details": {"title": "Holiday"}},
        {"details": {"frames": True}},
        {"details": {"frames": 0}},
        {"details": {"orientation": 9}},
        {"details": {"colours": "RGB\0"}},
        {"details": {"transparent": 1}},
        {"details": {"rotation": 45}},
        {"details": {"video_codec": "<script>"}},
        {"details": {"frames_per_second": float("inf")}},
        {"details": {"frames_per_second": 0}},
    ],
    ids=str,
)
def test_a_fact_that_cannot_be_is_not_believed(wrong: dict[str, object]) -> None:
    with pytest.raises(UnusableMedia):
        inspection._understood(json.dumps(PLAIN | wrong).encode())


async def test_a_probe_that_never_stops_talking_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "endless.py").write_text("while True:\n    print('a' * 4096)\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    with tempfile.TemporaryFile() as file:
        assert await said_by("endless", file, seconds=60) is None


def test_the_first_bytes_of_old_quicktime_are_known() -> None:
    assert content_type_of(b"\0\0\1\0moov") == "video/quicktime"

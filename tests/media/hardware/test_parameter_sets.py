"""Init parts and parameter sets: read from what real encoders give."""

import io
import subprocess

import pytest

from app.media.boxes import Fragment, Sample, read_fragments
from app.media.hardware.parameter_sets import fits, read_init, sound_pictures, with_sets
from tests.media_files import ffmpeg

H264 = ("-c:v", "libx264", "-preset", "ultrafast")
OTHER = (*H264, "-coder", "1", "-x264-params", "8x8dct=1")
HEVC = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=none", "-tag:v", "hvc1")
AV1 = ("-c:v", "libsvtav1", "-preset", "12", "-svtav1-params", "lp=1")


def made(options: tuple[str, ...], size: str = "320x180") -> tuple[bytes, Fragment]:
    words = [ffmpeg(), "-v", "error", "-nostdin", "-f", "lavfi", "-i", f"testsrc2=size={size}:rate=5:duration=1", "-pix_fmt", "yuv420p",
        *options, "-movflags", "+empty_moov+frag_keyframe+default_base_moof", "-f", "mp4", "pipe:1"]  # fmt: skip
    done = subprocess.run(words, capture_output=True, check=True, stdin=subprocess.DEVNULL)
    init, fragment = list(read_fragments(io.BytesIO(done.stdout)))[:2]
    assert isinstance(init, bytes)
    assert isinstance(fragment, Fragment)
    return init, fragment


@pytest.mark.parametrize(("codec", "options", "kinds"), [("h264", H264, [7, 8]), ("hevc", HEVC, [32, 33, 34]), ("av1", AV1, [])])
def test_the_sets_of_an_init_part_are_read(codec: str, options: tuple[str, ...], kinds: list[int]) -> None:
    init, fragment = made(options)
    found = read_init(init)
    assert found
    assert found.size == (320).to_bytes(2) + (180).to_bytes(2)

    at, read = 0, []
    while at < len(found.sets):
        read.append(found.sets[at + 4] & 31 if codec == "h264" else found.sets[at + 4] >> 1 & 63)
        at += 4 + int.from_bytes(found.sets[at : at + 4])
    assert read == kinds
    assert sound_pictures(fragment, codec)
    assert sound_pictures(with_sets(fragment, found.sets), codec)


def test_another_encoder_fits_when_size_and_clock_are_the_same() -> None:
    init, other = made(H264)[0], made(OTHER)[0]

    assert init != other
    assert fits(init, other)
    assert not fits(init, made(H264, size="640x360")[0])
    assert not fits(init, made(HEVC)[0])
    assert not fits(init, b"")


def test_noise_is_no_row_of_pictures() -> None:
    _, fragment = made(H264)
    first, second = fragment.samples[:2]

    for bad in (
        Fragment(()),
        Fragment((second,)),  # does not begin with a keyframe
        Fragment((Sample(bytes(reversed(first.data)), first.pts, first.flags),)),
        Fragment((Sample(first.data[:-1], first.pts, first.flags),)),
        Fragment((first, Sample(b"", second.pts, second.flags))),
    ):
        assert not sound_pictures(bad, "h264")

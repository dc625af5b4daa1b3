"""Whether a browser may play the original itself."""

from typing import Any

import pytest

from app.media.ladder import direct
from tests.media.plans import facts


@pytest.mark.parametrize(
    ("film", "mime", "surely"),
    [
        (facts(video={}), 'video/mp4; codecs="avc1.640028, mp4a.40.2"', True),
        (facts(video={"bits": 10, "pix_fmt": "yuv420p10le"}), 'video/mp4; codecs="avc1.640028, mp4a.40.2"', False),
        (facts(video={"codec": "hevc", "codec_string": "hvc1.2.4.L120.90"}), 'video/mp4; codecs="hvc1.2.4.L120.90, mp4a.40.2"', False),
        (facts(video={}, audio=()), 'video/mp4; codecs="avc1.640028"', True),
        (facts(), 'audio/mp4; codecs="mp4a.40.2"', True),
    ],
)
def test_what_a_browser_is_asked_before_it_gets_the_original(film: Any, mime: str, surely: bool) -> None:
    found = direct(film)

    assert found
    assert (found.mime, found.surely) == (mime, surely)


@pytest.mark.parametrize(
    "film",
    [
        facts(video={}, container="mpegts"),
        facts(video={}, container="matroska,webm"),
        facts(video={"codec": "mpeg4", "codec_string": ""}),
        facts(video={}, cut_at=5.0),
    ],
)
def test_some_originals_are_for_no_browser(film: Any) -> None:
    assert direct(film) is None

"""How many bits a second a rung may take, and how many it will.

Bits grow with the number of pixels to the power of 0.75 (the usual rule of thumb of encoding ladders: four times the pixels, not quite
three times the bits), with pictures a second to the power of 0.6.
"""

from app.media.facts import Facts, VideoFacts

_HD = 1920 * 1080
_TYPICAL = 0.6  # of its cap, what constant quality takes of an ordinary film
# Bits that H.264 needs for what one bit of the source says.
_SAYS = {"hevc": 1.6, "vp9": 1.5, "av1": 1.8, "vvc": 2.2, "h264": 1.0, "mpeg4": 0.8, "vp8": 0.9, "theora": 0.7, "wmv3": 0.9, "vc1": 0.9}
_SAYS_LITTLE = 0.4  # MPEG-2, MJPEG, ProRes and the like
SHARE = {"h264": 1.0, "hevc": 0.65, "vp9": 0.7, "av1": 0.55}  # bits beside H.264, for the same to the eye
_QUALITY = {"small": 0.7, "balanced": 1.0, "fine": 1.5}
_CRF = {"h264": 23, "hevc": 26, "vp9": 33, "av1": 35}  # about the same to the eye
_CRF_STEP = {"small": 3, "balanced": 0, "fine": -3}
_LEAST_CAP = 150_000


def crf(codec: str, quality: str) -> int:
    scale = 1 if codec in ("h264", "hevc") else 2  # AV1 and VP9 count to 63, the others to 51
    return _CRF[codec] + scale * _CRF_STEP[quality]


def source_rate(facts: Facts) -> int:
    """Bits a second of the pictures: as the file says, else what is left of its size."""
    if facts.video and facts.video.bit_rate:
        return facts.video.bit_rate
    return max(1, facts.bit_rate - sum(track.bit_rate or 128_000 for track in facts.audio))


def usual_cap(width: int, height: int, fps: float, quality: str = "balanced") -> float:
    """For H.264: about 1.8 Mbit/s at 480 lines, 6 at 1080, half as much again for 60 pictures a second."""
    return float(6_000_000 * (width * height / _HD) ** 0.75 * max(1.0, (fps / 30) ** 0.6) * _QUALITY[quality])


def cap(facts: Facts, width: int, height: int, fps: float, *, codec: str, quality: str) -> int:
    """The most a rung may take: never more than thrice what the source has to say at that size (peaks need room)."""
    video = facts.video
    assert video
    room = 3 * _worth(facts, video) * _shrunk(width, height, video.width, video.height)
    most = min(usual_cap(width, height, fps, quality), room) * SHARE[codec]
    return max(_LEAST_CAP, round(most / 1000) * 1000)


def expected(facts: Facts, width: int, height: int, maxrate: int, *, codec: str, sample: tuple[int, int] | None) -> float:
    """What a rung will take. `sample`: bits a second that some pixels really took in H.264 at the same quality."""
    video = facts.video
    assert video
    if sample:
        bits, pixels = sample
        guess = bits * (width * height / pixels) ** 0.75
    else:
        guess = min(
            _TYPICAL * usual_cap(width, height, video.fps), _worth(facts, video) * _shrunk(width, height, video.width, video.height)
        )
    return float(min(guess * SHARE[codec], maxrate))


def _worth(facts: Facts, video: VideoFacts) -> float:
    return source_rate(facts) * _SAYS.get(video.codec, _SAYS_LITTLE)


def _shrunk(width: int, height: int, source_width: int, source_height: int) -> float:
    return float((width * height / max(1, source_width * source_height)) ** 0.75)

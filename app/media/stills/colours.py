"""Colours as they are meant: which matrix and range a frame was coded with, and light beyond the screen's brought back to it.

The tone mapping is the one of our renditions (`commands/picture`): white at 203 nits keeps its place (ITU-R BT.2408), what is brighter is
bent together by ffmpeg's `tonemap=mobius`, so that a still and the film behind it look the same.
"""

from collections.abc import Callable
from functools import cache
from math import exp

from PIL import Image, ImageFilter

PQ, HLG, BT2020, P3 = "smpte2084", "arib-std-b67", "bt2020", "smpte432"
_WHITE = 203.0  # nits
_PEAK, _KNEE = 5.0, 0.3
_SIZE = 33

Triple = tuple[float, float, float]
Adapt = Callable[[Image.Image], Image.Image]
# Linear light to that of BT.709, rows of 3 x 3 matrices (ITU-R BT.2087; Display P3 worked out from its primaries).
_TO_709 = {
    BT2020: ((1.660491, -0.587641, -0.072850), (-0.124550, 1.132900, -0.008349), (-0.018151, -0.100579, 1.118730)),
    P3: ((1.224940, -0.224940, 0.0), (-0.042057, 1.042057, 0.0), (-0.019638, -0.078636, 1.098274)),
}
_MATRICES = {1: "ITU709", 4: "FCC", 5: "ITU601", 6: "ITU601", 7: "SMPTE240M", 9: "BT2020", 10: "BT2020"}


def matrix_of(colorspace: int, height: int) -> str:
    """PyAV's name of the matrix. A file that does not say is taken as browsers take it: HD is BT.709, less is BT.601."""
    return _MATRICES.get(colorspace, "ITU709" if height >= 720 else "ITU601")


def full_range(color_range: int, pix_fmt: str) -> bool:
    return color_range == 2 or pix_fmt.startswith("yuvj")


def adapting(transfer: str, primaries: str) -> Adapt | None:
    """From the frame's RGB to that of an ordinary screen; None where nothing is to be done."""
    if transfer in (PQ, HLG):
        return _adapt(transfer, P3 if primaries == P3 else BT2020)
    return _adapt("", primaries) if primaries in _TO_709 else None


@cache
def _adapt(transfer: str, primaries: str) -> Adapt:
    """Each part by itself to where its steps look even, so that the table's grid serves all of them alike; then all three together."""
    light = {PQ: _pq, HLG: _hlg}.get(transfer, _sdr)
    even = [round(255 * _even(light(code / 255), transfer)) for code in range(256)]
    steps = [_uneven(step / (_SIZE - 1), transfer) for step in range(_SIZE)]  # each is looked up again and again

    def shown(red: float, green: float, blue: float) -> Triple:
        red, green, blue = (steps[round(each * (_SIZE - 1))] for each in (red, green, blue))
        return _shown((red, green, blue), transfer, primaries)

    table = ImageFilter.Color3DLUT.generate(_SIZE, shown)
    return lambda picture: picture.point(even * 3).filter(table)


def _even(light: float, transfer: str) -> float:
    light = min(light, _PEAK)
    return _gamma(light * _mobius(light) if transfer else light)


def _uneven(even: float, transfer: str) -> float:
    """The light that `_even` is of, found by halving: mobius has no simple way back."""
    low, high = 0.0, _PEAK if transfer else 1.0
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if _even(middle, transfer) < even else (low, middle)
    return high


def _shown(light: Triple, transfer: str, primaries: str) -> Triple:
    red, green, blue = (sum(share * each for share, each in zip(row, light, strict=True)) for row in _TO_709[primaries])
    gain = _mobius(max(red, green, blue, 1e-6)) if transfer else 1.0
    return _gamma(red * gain), _gamma(green * gain), _gamma(blue * gain)


def _mobius(signal: float) -> float:
    """What ffmpeg's vf_tonemap multiplies a pixel by, given its largest part."""
    if signal <= _KNEE:
        return 1.0
    a = -_KNEE * _KNEE * (_PEAK - 1) / (_KNEE * _KNEE - 2 * _KNEE + _PEAK)
    b = (_KNEE * _KNEE - 2 * _KNEE * _PEAK + _PEAK) / (_PEAK - 1)
    return (b * b + 2 * b * _KNEE + _KNEE * _KNEE) / (b - a) * (signal + a) / (signal + b) / signal


def _pq(code: float) -> float:
    """SMPTE ST 2084, with 1.0 at the white of `_WHITE` nits."""
    root = code ** (1 / 78.84375)
    return float((max(root - 0.8359375, 0) / (18.8515625 - 18.6875 * root)) ** (1 / 0.1593017578125) * 10000 / _WHITE)


def _hlg(code: float) -> float:
    """BT.2100 table 5, for a screen of 1000 nits; its gamma goes by each colour rather than by luminance, as in ffmpeg's zscale."""
    scene = code * code / 3 if code <= 0.5 else (exp((code - 0.55991073) / 0.17883277) + 0.28466892) / 12
    return float(scene**1.2 * 1000 / _WHITE)


def _sdr(code: float) -> float:
    """As a screen shows it, BT.1886."""
    return float(code**2.4)


def _gamma(light: float) -> float:
    return float(min(max(light, 0.0), 1.0) ** (1 / 2.4))

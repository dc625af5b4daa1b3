"""How a decoded frame is turned and mirrored before people see it, by the display matrix of its file."""

import struct

from PIL import Image

Turn = Image.Transpose | None

# Signs of (a, b, c, d): x' = ax + cy, y' = bx + dy, with y pointing down (ISO/IEC 14496-12, 6.2.2).
_TURNS: dict[tuple[int, int, int, int], Turn] = {
    (1, 0, 0, 1): None,
    (-1, 0, 0, 1): Image.Transpose.FLIP_LEFT_RIGHT,
    (1, 0, 0, -1): Image.Transpose.FLIP_TOP_BOTTOM,
    (-1, 0, 0, -1): Image.Transpose.ROTATE_180,
    (0, 1, 1, 0): Image.Transpose.TRANSPOSE,
    (0, 1, -1, 0): Image.Transpose.ROTATE_270,
    (0, -1, 1, 0): Image.Transpose.ROTATE_90,
    (0, -1, -1, 0): Image.Transpose.TRANSVERSE,
}
_SWAPPING = (Image.Transpose.TRANSPOSE, Image.Transpose.ROTATE_270, Image.Transpose.ROTATE_90, Image.Transpose.TRANSVERSE)


def turn_of(matrix: bytes) -> Turn:
    """What a display matrix asks for, to the nearest right angle; None for nothing, and for a matrix that makes no sense."""
    if len(matrix) < 36:
        return None
    a, b, _, c, d = struct.unpack("=5i", matrix[:20])
    straight = abs(a) + abs(d) >= abs(b) + abs(c)
    signs = (_sign(a), 0, 0, _sign(d)) if straight else (0, _sign(b), _sign(c), 0)
    return _TURNS.get(signs)


def swaps(turn: Turn) -> bool:
    """Whether width and height change places."""
    return turn in _SWAPPING


def _sign(value: int) -> int:
    return (value > 0) - (value < 0)

"""Small films for tests that upload many: each of other content, so that none is taken for another."""

import os
import struct
from functools import cache

from tests.media_files import make, media_folder

_SECOND = (
    "-f lavfi -i testsrc2=size=320x180:rate=25:duration=3 -f lavfi -i sine=400:d=3 -c:v libx264 -preset ultrafast -pix_fmt yuv420p "
    "-g 25 -c:a aac -b:a 64k -movflags +faststart OUT"
)


@cache
def short_film() -> bytes:
    """Three seconds that every browser plays as they are."""
    path = media_folder() / f"{os.getpid()}-short.mp4"
    try:
        return make(_SECOND, path).read_bytes()
    finally:
        path.unlink(missing_ok=True)


def film_of(size: int) -> bytes:
    """The short film, made so large by a box of chance at its end that players pass over."""
    film = short_film()
    room = size - len(film) - 8
    assert room > 0
    return film + struct.pack(">I4s", room + 8, b"free") + os.urandom(room)

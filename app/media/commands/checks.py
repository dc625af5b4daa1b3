"""The command line of a check: does what we made decode?"""

from collections.abc import Sequence
from pathlib import Path

import ffmpeg

from app.media.commands.graph import compiled


def decode_check(program: Path, films: Sequence[Path]) -> list[str]:
    """Decode files of our own to nothing; any complaint is an error. All in one process: a start costs as much as the decoding."""
    sources = [ffmpeg.input(f"file:{film.absolute()}", protocol_whitelist="file", format_whitelist="mov", xerror=None) for film in films]
    return compiled(program, ffmpeg.output(*(source["0"] for source in sources), "-", f="null"))

"""The command line of a check: does what we made decode?"""

from pathlib import Path

import ffmpeg

from app.media.commands.graph import compiled


def decode_check(program: Path, film: Path) -> list[str]:
    """Decode one of our own files to nothing; any complaint is an error."""
    source = ffmpeg.input(f"file:{film.absolute()}", protocol_whitelist="file", format_whitelist="mov", xerror=None)
    return compiled(program, ffmpeg.output(source, "-", f="null"))

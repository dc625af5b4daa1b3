"""The command line that copies one subtitle track out of a film."""

from pathlib import Path

import ffmpeg

from app.media.commands.graph import compiled, source_input


def subtitle_copy(program: Path, source: Path, stream: int, target: Path) -> list[str]:
    """As it is, into a file of its own: `.sup` for Blu-ray pictures, Matroska for all others."""
    track = source_input(source, {})[str(stream)]
    kind = "sup" if target.suffix == ".sup" else "matroska"
    return compiled(program, ffmpeg.output(track, f"file:{target.absolute()}", **{"c:s": "copy", "f": kind, "map_metadata": -1}))

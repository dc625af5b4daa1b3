"""What every command line of ours has: safe input, plain output, numbers and our own words only (SECURITY MED-1)."""

from pathlib import Path
from typing import Any

import ffmpeg

from app.media import allowed

RECIPE = "3"  # changes whenever the options of any command do: part of a rendition's identity
SAFE_INPUT: dict[str, Any] = {
    "protocol_whitelist": "file,pipe",
    "format_whitelist": allowed.CONTAINER_LIST,
    "codec_whitelist": allowed.DECODER_LIST,
    "max_pixels": allowed.MAX_PIXELS,
    "max_streams": allowed.MAX_STREAMS,
}
FRAGMENTS: dict[str, Any] = {"map_metadata": -1, "fflags": "+bitexact", "avoid_negative_ts": "disabled", "f": "mp4"}


def source_input(source: Path, where: dict[str, Any]) -> Any:
    """A file of a stranger, opened with everything that is not on our lists shut out."""
    return ffmpeg.input(f"file:{source.absolute()}", **SAFE_INPUT, **where)


def seek(seconds: float) -> dict[str, Any]:
    return {"copyts": None, "seek_timestamp": 1, "ss": f"{seconds:.6f}", "noaccurate_seek": None}


def damaged(cut_at: float | None) -> dict[str, Any]:
    return {} if cut_at is None else {"fflags": "+discardcorrupt"}


def compiled(program: Path, graph: Any) -> list[str]:
    words: list[str] = ffmpeg.compile(graph, cmd=str(program))
    return [words[0], "-v", "error", "-nostdin", *words[1:]]

"""Which ffmpeg to use, and why: each candidate is asked once what it can do."""

from pathlib import Path

import msgspec


class Candidate(msgspec.Struct, frozen=True):
    path: str
    origin: str  # "setting", "system", "embedded"
    version: str
    build: str  # changes whenever the program does: part of a rendition's identity
    missing: tuple[str, ...]  # hard needs it lacks
    filters: tuple[str, ...]  # those of ours that it has: zscale, tonemap, bwdif
    problem: str = ""  # a sentence, when it cannot be used


class Choice(msgspec.Struct, frozen=True):
    chosen: Candidate | None
    candidates: tuple[Candidate, ...]
    reason: str  # a sentence


def choose_ffmpeg(setting: Path | None, *, cache: Path) -> Choice:
    """Look for programs and choose; `cache` is a JSON file that spares asking again. Takes seconds the first time."""
    raise NotImplementedError

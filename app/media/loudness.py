"""How loud a film is, and what would bring it to where all films are.

Measured by EBU R 128 (ITU-R BS.1770). The aim is -16 LUFS with peaks below -1 dBTP: what AES TD1008 (2021) recommends for streams that
hold more than speech, and within the -20 to -16 LUFS of EBU R 128 s2.
"""

import re
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event

import msgspec

from app.children import Child, Limits, Sandbox, start
from app.media.commands.samples import loudness_run
from app.media.facts import Facts
from app.media.run import Tool

AIM = -16.0  # LUFS
PEAK = -1.0  # dBTP
_SILENT = -69.0  # LUFS; the gate of BS.1770 lies at -70
_MOST_GAIN = 20.0  # decibels: beyond, noise is all that grows
_LIMITS = Limits(wall=None, cpu=4 * 3600, memory=8 << 30, file_size=1 << 20, nice=10, idle_disk=True)
_SUMMARY = re.compile(
    r"^\[ebur128@t(\d+) @ 0x[0-9a-f]+\] Summary:\s+Integrated loudness:\s+I:\s+(-?[\d.]+|-inf|nan) LUFS"
    r".*?True peak:\s+Peak:\s+(-?[\d.]+|-inf|nan) dBFS",
    re.DOTALL | re.MULTILINE,
)


class Loudness(msgspec.Struct, frozen=True):
    """Of one track, as stereo."""

    stream: int
    integrated: float  # LUFS
    true_peak: float  # dBTP

    @property
    def gain(self) -> float:
        """Decibels that bring it to the aim without peaks above the limit; 0 for silence."""
        if self.integrated <= _SILENT:
            return 0.0
        return round(min(AIM - self.integrated, PEAK - self.true_peak, _MOST_GAIN), 2)


def measure_loudness(tool: Tool, source: Path, facts: Facts, *, streams: Sequence[int], stop: Event | None = None) -> tuple[Loudness, ...]:
    """Reads the whole sound once, behind everything else: 277 times as fast as it plays on one core. Empty when stopped or unreadable."""
    if not streams:
        return ()
    command = loudness_run(tool.path, source, facts, streams)
    with (
        tempfile.TemporaryDirectory(prefix="homereel-loudness-") as folder,
        start(command, folder=Path(folder), limits=_LIMITS, sandbox=Sandbox(read=(source,))) as child,
    ):
        return () if _ended(child, stop) else read_summaries(child.stderr())


def _ended(child: Child, stop: Event | None) -> int:
    """Its exit code; killed within a second once `stop` is set."""
    while True:
        if stop and stop.is_set():
            child.kill()
        with suppress(TimeoutError):
            return child.wait(0.5)


def read_summaries(text: str) -> tuple[Loudness, ...]:
    """From what ffmpeg says at the end; the last word on a track counts, as a file's own tags are printed before."""
    found = {int(stream): (_number(integrated), _number(peak)) for stream, integrated, peak in _SUMMARY.findall(text)}
    return tuple(Loudness(stream, *values) for stream, values in sorted(found.items()))


def gains(measured: Sequence[Loudness]) -> Mapping[int, float]:
    """Decibels by stream; none for what is right as it is."""
    return {each.stream: each.gain for each in measured if abs(each.gain) >= 0.5}


def to_json(measured: Sequence[Loudness]) -> str:
    return msgspec.json.encode(tuple(measured)).decode()


def from_json(text: str) -> tuple[Loudness, ...]:
    return msgspec.json.decode(text, type=tuple[Loudness, ...]) if text else ()


def _number(text: str) -> float:
    return -70.0 if text in ("-inf", "nan") else float(text)

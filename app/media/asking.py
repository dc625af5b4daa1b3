"""What an ffmpeg can do: asked of the program itself, and tried where its lists prove nothing."""

import base64
import re
import tempfile
from pathlib import Path

import msgspec

from app.children import Finished, Limits, Sandbox, run
from app.i18n import N_, translate
from app.media.hardware.families import BY_NAME, CODECS, DEVICE_FILTERS, encoder_name

_ENCODERS = ("libx264", "aac")
_DECODERS = ("h264", "hevc", "aac")
_MUXERS = ("mp4", "hls")
_FILTERS = ("trim", "setpts", "aresample", "scale", "bwdif", "zscale", "tonemap")
_NEEDED_FILTERS = _FILTERS[:5]
_EXTRAS = ("libsvtav1", "libx265", "libvpx-vp9")
_IN_HARDWARE = tuple(encoder_name(family, codec) for family in BY_NAME for codec in CODECS)
_OLDEST = (5, 1)
_MENDED = (8, 1)  # CVE-2026-40962: sizes in an MP4 file, by which memory is overwritten
_DISTRIBUTION = re.compile(r"deb|ubuntu|\.fc\d|\.el\d|arch|suse|alpine", re.IGNORECASE)  # these mend without another number
_ASKING = Limits(wall=15, cpu=15, memory=8 << 30, file_size=1 << 20)
# One grey frame of 64 by 64. A build without a decoder for it ends with exit code 0 and no frame: only what comes out counts.
_ONE_FRAME = base64.b64decode("REtJRgAAIABBVjAxQABAAAEAAAABAAAAAQAAAAAAAAAdAAAAAAAAAAAAAAASAAoLAgAABRV//Er5AEAyDBAA44IooUUDAAAHIA==")
_FRAME_BYTES = 64 * 64
QUESTIONS = 2  # changes with what is asked


class Candidate(msgspec.Struct, frozen=True):
    path: str
    origin: str  # "setting", "system", "embedded"
    stamp: str  # of the file: asked again when it changes
    version: str = ""
    missing: tuple[str, ...] = ()  # hard needs it lacks
    filters: tuple[str, ...] = ()  # those of ours that it has
    extras: tuple[str, ...] = ()  # good to have
    problem: str = ""  # a sentence, when it cannot be used
    devices: tuple[str, ...] = ()  # encoders in hardware, by name; whether one works here is tried apart
    device_filters: tuple[str, ...] = ()
    asked: int = 0  # by which questions: asked again when those change

    @property
    def usable(self) -> bool:
        return not self.problem and not self.missing

    @property
    def build(self) -> str:
        """Changes whenever the program does: part of a rendition's identity."""
        return f"{self.version} {self.stamp}"

    @property
    def warning(self) -> str:
        """A sentence where this version is known to be unsafe with files of strangers; it works all the same, enclosed as it is."""
        numbers = numbers_of(self.version)
        if not self.usable or numbers is None or numbers >= _MENDED or _DISTRIBUTION.search(self.version):
            return ""
        return translate(N_("ffmpeg {version} has a known fault in reading MP4 files (CVE-2026-40962); 8.1 is free of it.")).format(
            version=self.version
        )


def numbers_of(version: str) -> tuple[int, int] | None:
    """None for a build of a day, which has no number."""
    found = re.match(r"(\d+)\.(\d+)", version)
    return (int(found[1]), int(found[2])) if found else None


def ask(path: Path, origin: str, stamp: str) -> Candidate:
    """Short questions to the program and one frame to decode; a sentence if it does not answer as ffmpeg does."""
    with tempfile.TemporaryDirectory(prefix="homereel-ffmpeg-") as name:
        folder, answers = Path(name), {}
        for question in ("version", "encoders", "decoders", "filters", "muxers"):
            done = run([str(path), "-hide_banner", f"-{question}"], folder=folder, limits=_ASKING, sandbox=Sandbox(), cap=1 << 20)
            if problem := _problem(done):
                return Candidate(str(path), origin, stamp, problem=problem)
            answers[question] = done.stdout.decode("utf-8", "replace")
        found = _from_answers(Candidate(str(path), origin, stamp), answers)
        if found.usable and not _shows_av1(path, folder):
            return msgspec.structs.replace(found, missing=("av1",))
    return found


def _shows_av1(path: Path, folder: Path) -> bool:
    film = folder / "one.ivf"
    film.write_bytes(_ONE_FRAME)
    words = [str(path), "-v", "error", "-nostdin", "-i", f"file:{film}", "-f", "rawvideo", "-pix_fmt", "gray", "pipe:1"]
    return len(run(words, folder=folder, limits=_ASKING, sandbox=Sandbox(read=(film,))).stdout) == _FRAME_BYTES


def _problem(done: Finished) -> str:
    if done.timed_out:
        return translate(N_("This program does not answer; it was stopped."))
    if done.code in (126, 127):
        return translate(N_("This program cannot be started: {why}.")).format(why=done.stderr.strip()[-200:].rpartition(": ")[2] or "?")
    if done.code < 0:
        return translate(N_("This program crashed when it was asked for its version."))
    if done.code > 0 or not done.stdout:
        return translate(N_("This program does not answer as ffmpeg does."))
    return ""


def _from_answers(candidate: Candidate, answers: dict[str, str]) -> Candidate:
    found = re.match(r"ffmpeg version n?(\S+)", answers["version"])
    if not found:
        return msgspec.structs.replace(candidate, problem=translate(N_("This program is not ffmpeg.")))
    encoders, decoders, filters, muxers = (_names(answers[question]) for question in ("encoders", "decoders", "filters", "muxers"))
    missing = [name for name in _ENCODERS if name not in encoders]
    missing += [name for name in _DECODERS if name not in decoders]
    missing += [name for name in _NEEDED_FILTERS if name not in filters]
    missing += [name for name in _MUXERS if name not in muxers]
    numbers = numbers_of(found[1])
    missing += [translate(N_("version 5.1 or newer"))] if numbers and numbers < _OLDEST else []
    return msgspec.structs.replace(
        candidate,
        version=found[1],
        missing=tuple(dict.fromkeys(missing)),
        filters=tuple(name for name in _FILTERS if name in filters),
        extras=tuple(name for name in _EXTRAS if name in encoders),
        devices=tuple(name for name in _IN_HARDWARE if name in encoders),
        device_filters=tuple(name for name in DEVICE_FILTERS if name in filters),
        asked=QUESTIONS,
    )


def _names(listing: str) -> frozenset[str]:
    """The second word of each line: " V....D libx264   H.264 ..."."""
    return frozenset(words[1] for line in listing.splitlines() if len(words := line.split()) >= 2)

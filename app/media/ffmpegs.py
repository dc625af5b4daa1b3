"""Which ffmpeg to use, and why: each candidate is asked once what it can do.

The list of encoders alone proves little, but the hard needs of this engine are all software; hardware is tried elsewhere.
"""

import re
import shutil
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from app.children import Finished, Limits, Sandbox, run
from app.i18n import N_, translate
from app.media.publish import publish
from app.media.run import Tool

_ENCODERS = ("libx264", "aac")
_DECODERS = ("h264", "hevc", "aac")
_AV1 = ("libdav1d", "libaom-av1", "av1")
_FILTERS = ("trim", "setpts", "aresample", "scale", "bwdif", "zscale", "tonemap")
_NEEDED_FILTERS = _FILTERS[:5]
_OLDEST = (5, 1)
_ASKING = Limits(wall=15, cpu=15, memory=8 << 30, file_size=1 << 20)


class Candidate(msgspec.Struct, frozen=True):
    path: str
    origin: str  # "setting", "system", "embedded"
    stamp: str  # of the file: asked again when it changes
    version: str = ""
    missing: tuple[str, ...] = ()  # hard needs it lacks
    filters: tuple[str, ...] = ()  # those of ours that it has
    extras: tuple[str, ...] = ()  # good to have
    problem: str = ""  # a sentence, when it cannot be used

    @property
    def usable(self) -> bool:
        return not self.problem and not self.missing

    @property
    def build(self) -> str:
        """Changes whenever the program does: part of a rendition's identity."""
        return f"{self.version} {self.stamp}"

    def tool(self) -> Tool:
        return Tool(Path(self.path), self.build, self.filters)


class Choice(msgspec.Struct, frozen=True):
    chosen: Candidate | None
    candidates: tuple[Candidate, ...]
    reason: str  # a sentence


def choose_ffmpeg(setting: Path | None, *, cache: Path) -> Choice:
    """Look for programs and choose; `cache` is a JSON file that spares asking again. Takes up to a second the first time."""
    known = _read_cache(cache)
    candidates = tuple(_candidate(path, origin, known) for path, origin in _places(setting))
    if list(candidates) != list(known.values()):
        cache.parent.mkdir(parents=True, exist_ok=True)
        publish(cache, msgspec.json.encode(candidates))
    return choose(candidates)


def choose(candidates: Sequence[Candidate]) -> Choice:
    """The configured one if it can do the work; the system's when it can do all that the embedded one can; else the embedded."""
    listed = tuple(candidates)
    by_origin = {candidate.origin: candidate for candidate in listed if candidate.usable}
    setting, system, embedded = (by_origin.get(origin) for origin in ("setting", "system", "embedded"))
    if setting:
        return Choice(setting, listed, _say(N_("ffmpeg {version} is used because the setting names it."), setting))
    if system and (not embedded or set(embedded.extras) | set(embedded.filters) <= set(system.extras) | set(system.filters)):
        return Choice(system, listed, _say(N_("The system's ffmpeg {version} is used: it can do all that the embedded one can."), system))
    if embedded:
        return Choice(embedded, listed, _say(N_("The embedded ffmpeg {version} is used."), embedded))
    why = " ".join(describe(candidate) for candidate in listed)
    return Choice(None, listed, translate(N_("No ffmpeg that can do the work was found.")) + (f" {why}" if why else ""))


def describe(candidate: Candidate) -> str:
    """One sentence on a candidate, for the administrator."""
    if candidate.problem:
        return f"{candidate.path}: {candidate.problem}"
    if candidate.missing:
        return translate(N_("{path} lacks {what}.")).format(path=candidate.path, what=", ".join(candidate.missing))
    return translate(N_("{path} is ffmpeg {version} and can do the work.")).format(path=candidate.path, version=candidate.version)


def _say(sentence: str, candidate: Candidate) -> str:
    return translate(sentence).format(version=candidate.version)


def _places(setting: Path | None) -> list[tuple[Path, str]]:
    places = [(setting, "setting")] if setting else []
    if found := shutil.which("ffmpeg"):
        places.append((Path(found).resolve(), "system"))
    if embedded := _embedded():
        places.append((embedded, "embedded"))
    return places


def _embedded() -> Path | None:
    try:
        import imageio_ffmpeg

        return Path(imageio_ffmpeg.get_ffmpeg_exe())
    except (ImportError, RuntimeError):
        return None


def _read_cache(cache: Path) -> dict[tuple[str, str, str], Candidate]:
    try:
        kept = msgspec.json.decode(cache.read_bytes(), type=tuple[Candidate, ...])
    except (OSError, msgspec.DecodeError):
        return {}
    return {(candidate.path, candidate.origin, candidate.stamp): candidate for candidate in kept}


def _candidate(path: Path, origin: str, known: dict[tuple[str, str, str], Candidate]) -> Candidate:
    try:
        stat = path.stat()
    except OSError:
        return Candidate(str(path), origin, "", problem=translate(N_("There is no program at this place.")))
    stamp = f"{stat.st_size}-{stat.st_mtime_ns}"
    kept = known.get((str(path), origin, stamp))
    return kept if kept and not kept.problem else ask(path, origin, stamp)


def ask(path: Path, origin: str, stamp: str) -> Candidate:
    """Four short questions to the program; a sentence if it does not answer as ffmpeg does."""
    with tempfile.TemporaryDirectory(prefix="homereel-ffmpeg-") as folder:
        answers = {}
        for question in ("version", "encoders", "decoders", "filters"):
            done = run([str(path), "-hide_banner", f"-{question}"], folder=Path(folder), limits=_ASKING, sandbox=Sandbox(), cap=1 << 20)
            if problem := _problem(done):
                return Candidate(str(path), origin, stamp, problem=problem)
            answers[question] = done.stdout.decode("utf-8", "replace")
    return _from_answers(Candidate(str(path), origin, stamp), answers)


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
    version = found[1]
    encoders, decoders, filters = (_names(answers[question]) for question in ("encoders", "decoders", "filters"))
    missing = [name for name in _ENCODERS if name not in encoders]
    missing += [name for name in _DECODERS if name not in decoders]
    missing += [] if any(name in decoders for name in _AV1) else ["av1"]
    missing += [name for name in _NEEDED_FILTERS if name not in filters]
    if numbers := re.match(r"(\d+)\.(\d+)", version):
        missing += [] if (int(numbers[1]), int(numbers[2])) >= _OLDEST else [translate(N_("version 5.1 or newer"))]
    extras = tuple(name for name in ("libsvtav1", "libx265", "libvpx-vp9") if name in encoders)
    return msgspec.structs.replace(
        candidate, version=version, missing=tuple(missing), filters=tuple(name for name in _FILTERS if name in filters), extras=extras
    )


def _names(listing: str) -> frozenset[str]:
    """The second word of each line: " V....D libx264   H.264 ..."."""
    return frozenset(words[1] for line in listing.splitlines() if len(words := line.split()) >= 2)

"""Which ffmpeg to use, and why: each candidate is asked once what it can do, and remembered by path, size and time."""

import os
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from app.i18n import N_, translate
from app.media.asking import QUESTIONS, Candidate, ask
from app.media.hardware.machine import look
from app.media.hardware.trust import Able, Report, Trust, read_reports
from app.media.planning import Tool
from app.media.publish import publish

__all__ = ["Candidate", "Choice", "able", "ask", "choose", "choose_ffmpeg", "describe", "tool_of", "trust_in", "working"]


class Choice(msgspec.Struct, frozen=True):
    chosen: Candidate | None
    candidates: tuple[Candidate, ...]
    reason: str  # a sentence


def choose_ffmpeg(setting: Path | None, *, cache: Path, hardware: Path | None = None) -> Choice:
    """Look for programs and choose; `cache` is a JSON file that spares asking again. Takes up to a second the first time.

    `hardware` is the file that trials of hardware left (`hardware/trust.py`), if they are to count.
    """
    known = _read_cache(cache)
    candidates = tuple(_candidate(path, origin, known) for path, origin in _places(setting))
    if list(candidates) != list(known.values()):
        cache.parent.mkdir(parents=True, exist_ok=True)
        publish(cache, msgspec.json.encode(candidates))
    return choose(candidates, working=working(read_reports(hardware)) if hardware else {})


def working(reports: Sequence[Report]) -> dict[str, tuple[str, ...]]:
    """For each build the families that work with the devices as they are now."""
    mark = look().mark if reports else ""
    return {report.build: report.working for report in reports if report.mark == mark}


def choose(candidates: Sequence[Candidate], *, working: Mapping[str, Sequence[str]] | None = None) -> Choice:
    """The configured one if it can do the work; the system's when it can do all that the embedded one can or has a hardware encoder
    that works (`working`, by build); else the embedded."""
    listed = tuple(candidates)
    by_origin = {candidate.origin: candidate for candidate in listed if candidate.usable}
    setting, system, embedded = (by_origin.get(origin) for origin in ("setting", "system", "embedded"))
    if setting:
        return Choice(setting, listed, _say(N_("ffmpeg {version} is used because the setting names it."), setting))
    with_devices = [each for each in (system, embedded) if each and (working or {}).get(each.build)]
    if system and embedded and with_devices:
        reason = N_("ffmpeg {version} ({path}) is used: a hardware encoder works with it here.")
        return Choice(with_devices[0], listed, _say(reason, with_devices[0]))
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


def tool_of(choice: Choice) -> Tool:
    """Without any ffmpeg a name that leads nowhere: what is asked of it fails, and says so."""
    found = choice.chosen
    return Tool(Path(found.path), found.build, found.filters) if found else Tool(Path(os.devnull) / "ffmpeg")


def able(candidate: Candidate) -> Able:
    """The candidate as the trial of hardware sees it."""
    tool = Tool(Path(candidate.path), candidate.build, candidate.filters)
    return Able(tool, (*candidate.devices, *candidate.extras), candidate.device_filters)


def trust_in(choice: Choice, *, wanted: str, kept: Path) -> Trust:
    """The hardware that may be used with the chosen program; other programs with such encoders are tried too, for the next choice."""
    others = [candidate for candidate in choice.candidates if candidate.usable and candidate.devices and candidate != choice.chosen]
    return Trust(able(choice.chosen) if choice.chosen else None, wanted=wanted, kept=kept, others=[able(each) for each in others])


def _say(sentence: str, candidate: Candidate) -> str:
    return translate(sentence).format(version=candidate.version, path=candidate.path)


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
    return kept if kept and not kept.problem and kept.asked == QUESTIONS else ask(path, origin, stamp)

"""The encoders in hardware, in words: for the keeper's page and for `doctor`."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.i18n import N_, _
from app.media.ffmpegs import Choice, describe
from app.media.hardware.families import FAMILIES, Family
from app.media.hardware.trial import Tried
from app.media.hardware.trust import Report, Trust
from app.media.hardware.words import codecs_in_words, explain
from app.ops.findings import Finding

_STATES = {
    "works": (N_("Works"), "ok"),
    "spare": (N_("Works, not used"), "ok"),
    "off": (N_("Out of use"), "danger"),
    "fails": (N_("Does not work"), "warn"),
    "absent": (N_("Not here"), ""),
    "lacking": (N_("Not in this ffmpeg"), ""),
}


@dataclass(frozen=True)
class Line:
    """One family. `state` is a word, `kind` its colour ("ok", "warn", "danger", "")."""

    name: str
    title: str
    state: str
    state_text: str
    kind: str
    text: str
    mend: str = ""


@dataclass(frozen=True)
class Program:
    """One ffmpeg that was found."""

    text: str
    chosen: bool
    warning: str


@dataclass(frozen=True)
class HardwareView:
    """`checking`: a trial is under way, and the page asks again. `tried_at` is None before the first has ended."""

    sentence: str
    lines: tuple[Line, ...]
    programs: tuple[Program, ...]
    reason: str
    checking: bool
    tried_at: datetime | None


def hardware_view(trust: Trust, choice: Choice) -> HardwareView:
    report = trust.report
    programs = tuple(Program(describe(each), each == choice.chosen, each.warning) for each in choice.candidates)
    lines = tuple(family_lines(report, trust.wanted)) if report else ()
    tried_at = datetime.fromtimestamp(report.when, UTC) if report else None
    return HardwareView(_sentence(trust, lines), lines, programs, choice.reason, trust.checking, tried_at)


def _sentence(trust: Trust, lines: tuple[Line, ...]) -> str:
    if trust.wanted == "off":
        return _("Hardware is switched off by the setting “hardware”; software makes everything.")
    if trust.checking:
        return _("It is being tried just now.")
    if trust.report is None:
        return _("It has not been tried yet; until then software makes everything.")
    used = [line.title for line in lines if line.state == "works"]
    if used:
        return _("Videos are made by {encoder}; software takes over wherever it fails.").format(encoder=used[0])
    return _("No encoder in hardware is of use here; software makes everything.")


def family_lines(report: Report, wanted: str) -> Iterator[Line]:
    """Every family that this kind of system can have."""
    by_name = {tried.family: tried for tried in report.families}
    for family in FAMILIES:
        if report.machine.system in family.systems:
            yield _line(family, by_name.get(family.name), report, wanted)


def _line(family: Family, tried: Tried | None, report: Report, wanted: str) -> Line:
    if tried is None:
        return _as(family, "lacking", _("This ffmpeg was built without it."))
    if family.name in report.off:
        text = _("It failed at three films in a row of tries and is out of use until it is tested again. It said last: {why}")
        why = report.off[family.name].strip().splitlines()[:1]
        return _as(family, "off", text.format(why=why[0][:200] if why else "–"), _("Test again. If it fails again: update the driver."))
    if tried.ways:
        return _working(family, tried, used=wanted in ("auto", family.name))
    trouble = next(iter(tried.troubles.values()))
    verdict = explain(family.name, trouble, report.machine)
    return _as(family, verdict.state, verdict.text, verdict.mend)


def _working(family: Family, tried: Tried, *, used: bool) -> Line:
    codecs = codecs_in_words(family.name, tried.ways)
    if tried.skills:
        text = _("Makes {codecs}; pictures stay on the device from decoder to encoder.").format(codecs=codecs)
    else:
        text = _("Makes {codecs}; software decodes and scales.").format(codecs=codecs)
    return _as(family, "works" if used else "spare", text)


def _as(family: Family, state: str, text: str, mend: str = "") -> Line:
    word, kind = _STATES[state]
    return Line(family.name, family.title, state, _(word), kind, text, mend)


def hardware_findings(report: Report | None, wanted: str) -> list[Finding]:
    """What is worth a line among all else: what works, what was struck off, what could be mended."""
    title = _("Hardware")
    if wanted == "off":
        return [Finding("hardware", True, title, _("Switched off by the setting “hardware”; software makes everything."))]
    if report is None:
        return [Finding("hardware", True, title, _("It has not been tried yet; until then software makes everything."))]
    lines = list(family_lines(report, wanted))
    told = [Finding(f"hardware:{line.name}", _OK[line.state], line.title, line.text, line.mend) for line in lines if line.state in _OK]
    if any(line.state == "works" for line in lines):  # one that works is enough: what else could be had is for the page
        return [finding for finding, line in zip(told, (line for line in lines if line.state in _OK), strict=True) if line.state != "fails"]
    return [*told, Finding("hardware", True, title, _("No encoder in hardware is of use here; software makes everything."))]


_OK = {"works": True, "off": None, "fails": None}

"""Which hardware encoders are trusted now: tried at the first start and when asked, struck off after three failures.

What was found is kept by ffmpeg's build and the state of the devices, so that a start need not wait for it and a change of either
brings a new trial. Until that has ended everything is made by software.
"""

import logging
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from app.media.hardware.device import Device
from app.media.hardware.families import BY_NAME, DEVICE_FILTERS, FAMILIES
from app.media.hardware.machine import Machine, look
from app.media.hardware.trial import Trial, Tried
from app.media.planning import Tool
from app.media.publish import publish
from app.media.rendition import Rendition

log = logging.getLogger(__name__)
_MOST_FAILURES = 3
_VERSION = 1  # of what is tried, and how


class Report(msgspec.Struct, frozen=True):
    """What was found of one program with the devices as they were. `off`: families struck off since, with what was said last."""

    build: str
    mark: str
    when: float
    machine: Machine
    families: tuple[Tried, ...]
    off: dict[str, str] = {}
    version: int = _VERSION

    @property
    def working(self) -> tuple[str, ...]:
        return tuple(tried.family for tried in self.families if tried.ways and tried.family not in self.off)


@dataclass(frozen=True)
class Able:
    """A program as far as hardware goes: its encoders in hardware and software, its filters for devices."""

    tool: Tool
    encoders: tuple[str, ...]
    device_filters: tuple[str, ...]


class Trust:
    """Thread-safe. `wanted` is "auto", "off" or the one family that may be used; `others` are programs tried for the choice alone."""

    def __init__(
        self, able: Able | None, *, wanted: str, kept: Path, others: Sequence[Able] = (), told: Callable[[], None] | None = None
    ) -> None:
        self._able, self._wanted, self._kept, self._others, self._told = able, wanted, kept, tuple(others), told
        self._lock = threading.RLock()
        self._checking = threading.Event()
        self._failures: dict[str, int] = {}
        self._report = _still_true(read_reports(kept), able) if able else None
        self._thread: threading.Thread | None = None
        self._closed = threading.Event()
        self._now = threading.Event()  # nothing more is waited for: it was asked for, or the site closes

    @property
    def wanted(self) -> str:
        return self._wanted

    @property
    def checking(self) -> bool:
        """A trial is under way, or about to begin because somebody asked for it."""
        return self._checking.is_set() or (self._now.is_set() and not self._closed.is_set())

    @property
    def report(self) -> Report | None:
        """None before the first trial has ended."""
        with self._lock:
            return self._report

    def device_for(self, rendition: Rendition) -> Device | None:
        """The first family that makes its codec, in the order of preference."""
        report = self.report
        if report is None or self._wanted == "off" or self._able is None:
            return None
        by_name = {tried.family: tried for tried in report.families}
        for name in BY_NAME:
            tried = by_name.get(name)
            if tried and name in report.working and self._wanted in ("auto", name) and rendition.rung.codec in tried.ways:
                return Device(name, tried.ways, tried.skills, self._able.device_filters, tried.node, report.machine.system)
        return None

    def failed(self, family: str, why: str) -> None:
        """A run that software made good. The third of them puts the family out of use until the next check."""
        with self._lock:
            self._failures[family] = self._failures.get(family, 0) + 1
            log.warning("%s failed at a run (%s of %s): %s", family, self._failures[family], _MOST_FAILURES, why[-500:])
            if self._failures[family] < _MOST_FAILURES or self._report is None:
                return
            self._report = msgspec.structs.replace(self._report, off={**self._report.off, family: why[-500:]})
            self._keep()
        if self._told:
            self._told()

    def failures(self, family: str) -> int:
        with self._lock:
            return self._failures.get(family, 0)

    def begin(self, *, after: float = 15.0) -> None:
        """Try at a start, unless what is known still holds: behind everything else, so that nobody waits for it."""
        if self._wanted != "off" and self.report is None and self._able:
            self._start(after)

    def check_soon(self) -> None:
        """Try anew, in the background."""
        with self._lock:
            if self._able and not self.checking:
                self._now.set()
                self._start(0)

    def check(self) -> None:
        """Try every family now; takes a second where there is no device, up to a minute where there are some."""
        if self._able is None or self._checking.is_set():
            return
        self._checking.set()
        try:
            machine = look()
            reports = [examine(each, machine) for each in (self._able, *self._others) if not self._closed.is_set()]
            with self._lock:
                if reports:
                    self._report, self._failures = reports[0], {}
                    self._keep(reports[1:])
        finally:
            self._checking.clear()
        if self._told:
            self._told()

    def close(self) -> None:
        self._closed.set()
        self._now.set()

    def _start(self, after: float) -> None:
        with self._lock:
            if self._thread:
                return
            self._thread = threading.Thread(target=self._later, args=(after,), name="hardware", daemon=True)
            self._thread.start()

    def _later(self, after: float) -> None:
        self._now.wait(after)
        try:
            if not self._closed.is_set():
                self.check()
        except Exception:
            log.exception("the trial of the hardware encoders failed")
        finally:
            with self._lock:  # together: who asks meanwhile starts another
                self._now.clear()
                self._thread = None

    def _keep(self, others: Sequence[Report] = ()) -> None:
        kept = (
            [self._report, *others] if others else [self._report, *(each for each in read_reports(self._kept) if not self._is_ours(each))]
        )
        try:
            publish(self._kept, msgspec.json.encode([each for each in kept if each]))
        except OSError as error:
            log.warning("what was found of the hardware could not be kept: %s", error)

    def _is_ours(self, report: Report) -> bool:
        return self._able is not None and report.build == self._able.tool.build


def examine(able: Able, machine: Machine) -> Report:
    """Try every family that a program has."""
    with tempfile.TemporaryDirectory(prefix="homereel-hardware-") as folder:
        trial = Trial(able.tool, able.encoders, able.device_filters, machine)
        tried = [found for family in FAMILIES if (found := trial.of(family, Path(folder)))]
    return Report(able.tool.build, machine.mark, time.time(), machine, tuple(tried))


def read_reports(kept: Path) -> tuple[Report, ...]:
    try:
        found = msgspec.json.decode(kept.read_bytes(), type=tuple[Report, ...])
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return ()
    return tuple(report for report in found if report.version == _VERSION)


def _still_true(reports: Sequence[Report], able: Able) -> Report | None:
    mark = look().mark if reports else ""
    return next((report for report in reports if report.build == able.tool.build and report.mark == mark), None)


__all__ = ["DEVICE_FILTERS", "Able", "Report", "Trust", "examine", "read_reports"]

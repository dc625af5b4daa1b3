"""How cells are made where hardware is trusted: on the device, and by software wherever the device failed.

Software makes the same cells anew and goes on to the end of that run. The device is blamed once software has shown that the cell can be
made at all: what neither makes is the film's fault.
"""

import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from app.children import Sandbox
from app.media.commands.device import device_runs
from app.media.hardware.belonging import SOFTWARE, give, owner
from app.media.hardware.device import Device
from app.media.packing import packed_table
from app.media.planning import Order, Planned, Software, Tool
from app.media.rendition import Rendition

_FORGOTTEN = 900.0  # seconds after which nobody asks any more who failed at a cell
_PATIENCE = 12.0  # seconds without a cell; software gets much longer, but software does not hang


class Devices(Protocol):
    """What is trusted at the moment (`trust.py`)."""

    def device_for(self, rendition: Rendition) -> Device | None: ...

    def failed(self, family: str, why: str) -> None: ...


@dataclass(frozen=True)
class OnDevice(Planned):
    device: Device | None = None


@dataclass(frozen=True)
class _Blame:
    rendition: Rendition
    cell: int
    family: str
    why: str
    when: float


class Hardware(Software):
    """A planner (`app/media/planning.py`). Thread-safe."""

    def __init__(self, tool: Tool, devices: Devices) -> None:
        super().__init__(tool)
        self._devices = devices
        self._lock = threading.Lock()
        self._blames: list[_Blame] = []

    def plan(self, order: Order) -> Planned:
        self.settle()
        if order.renditions[0].rung.kind == "audio":
            return super().plan(order)
        device = self._device(order)
        for rendition in order.renditions:
            give(rendition, device.family if device else SOFTWARE)
        if device is None:
            return super().plan(order)
        argv = device_runs(self.tool.path, order.renditions, order.cells, device, back=order.back, filters=self.tool.filters)
        return OnDevice(argv, Sandbox(read=(order.renditions[0].source,), devices=True), patience=_PATIENCE, device=device)

    def went_wrong(self, order: Order, planned: Planned, complaint: str) -> None:
        missing = [(each, cell) for each in order.renditions if (cell := _first_missing(each, order.cells)) is not None]
        if not isinstance(planned, OnDevice) or planned.device is None:
            self._acquit(missing)
            return
        family, now = planned.device.family, time.monotonic()
        with self._lock:
            self._blames += [_Blame(each, cell, family, complaint, now) for each, cell in missing]

    def _acquit(self, missing: Sequence[tuple[Rendition, int]]) -> None:
        """Software fails there too."""
        places = {(rendition.home, cell) for rendition, cell in missing}
        with self._lock:
            self._blames = [blame for blame in self._blames if (blame.rendition.home, blame.cell) not in places]

    def settle(self) -> None:
        """Tell the devices of failures that software has made good. One run is one failure, however many renditions it made."""
        with self._lock:
            made = [blame for blame in self._blames if _is_made(blame)]
            told = {blame.when: blame for blame in made}
            self._blames = [blame for blame in self._blames if blame.when not in told and time.monotonic() - blame.when < _FORGOTTEN]
        for blame in told.values():
            self._devices.failed(blame.family, blame.why)

    def _device(self, order: Order) -> Device | None:
        """The one for all renditions, or software for all: decoded pictures lie in one place."""
        if order.attempt or any(self._failed_at(rendition, order.cells[0]) for rendition in order.renditions):
            return None
        found = [self._for(rendition) for rendition in order.renditions]
        return found[0] if all(device == found[0] for device in found) else None

    def _for(self, rendition: Rendition) -> Device | None:
        """A rendition that another encoder began stays with software, which may follow any of them."""
        device = self._devices.device_for(rendition)
        if device is None or not device.makes(rendition):
            return None
        return device if not rendition.init_path.exists() or owner(rendition.home) == device.family else None

    def _failed_at(self, rendition: Rendition, cell: int) -> bool:
        with self._lock:
            return any(blame.rendition.home == rendition.home and blame.cell == cell for blame in self._blames)


def _first_missing(rendition: Rendition, cells: tuple[int, ...]) -> int | None:
    return next((cell for cell in cells if not rendition.segment_path(cell).exists()), None)


def _is_made(blame: _Blame) -> bool:
    rendition: Rendition = blame.rendition
    folder: Path = rendition.folder
    return rendition.segment_path(blame.cell).exists() or packed_table(folder, rendition.rung.name) is not None

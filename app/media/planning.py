"""What a run is to start: an order is a value, and a planner gives the command line for it.

The planner is where another way of making the same cells comes in (hardware, another program): a run knows none of it.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from app.children import Sandbox
from app.media import commands
from app.media.commands.encoders import encoder_of
from app.media.commands.picture import picture_runs
from app.media.rendition import Rendition

ONE_A_RUN = 1


@dataclass(frozen=True)
class Tool:
    """The ffmpeg in use. `build` is part of a rendition's identity."""

    path: Path
    build: str = ""
    filters: tuple[str, ...] = ()


@dataclass(frozen=True)
class Order:
    """One process: these cells of these renditions of one film, decoded once. Rendition after rendition is written to
    descriptor 1, 3, 4 and so on."""

    renditions: tuple[Rendition, ...]
    cells: tuple[int, ...]
    back: int = 0  # keyframes before the one that the first cell needs
    attempt: int = 0  # how often these cells came out wrong before
    threads: int = 0  # of the decoder and of each encoder; 0: as many as they like
    lead: bool = False  # begin early: the encoder has settled by the first cell, at the price of two seconds


@dataclass(frozen=True)
class Planned:
    argv: Sequence[str]
    sandbox: Sandbox = field(default_factory=Sandbox)
    patience: float | None = None  # seconds without a cell after which it is taken for stuck; None: as long as usual


class Planner(Protocol):
    """Thread-safe: runs ask it side by side."""

    tool: Tool

    def plan(self, order: Order) -> Planned: ...

    def went_wrong(self, order: Order, planned: Planned, complaint: str) -> None:
        """What this plan led to was not right (or nothing at all); the next attempt asks anew. `complaint` is ffmpeg's."""

    def most_cells(self, rendition: Rendition) -> int | None:
        """How many cells a run may make at most; None: any number."""


class Software:
    """Everything by ffmpeg's own decoders, filters and encoders."""

    def __init__(self, tool: Tool) -> None:
        self.tool = tool

    def plan(self, order: Order) -> Planned:
        first = order.renditions[0]
        return Planned(self._words(order), Sandbox(read=(first.source,)))

    def _words(self, order: Order) -> list[str]:
        first = order.renditions[0]
        if first.rung.kind == "audio":
            return commands.sound_run(self.tool.path, first, order.cells[0], order.cells[-1])
        return picture_runs(
            self.tool.path,
            order.renditions,
            order.cells,
            back=order.back,
            filters=self.tool.filters,
            threads=order.threads,
            lead=order.lead,
        )

    def went_wrong(self, order: Order, planned: Planned, complaint: str) -> None:
        """There is no other way in software."""

    def most_cells(self, rendition: Rendition) -> int | None:
        """SVT-AV1 in ffmpeg before 6 sets no keyframes where it is told to: a run of several cells would come as one."""
        deaf = rendition.rung.kind == "video" and encoder_of(rendition.rung.codec) == "libsvtav1" and _release(self.tool) < 6
        return ONE_A_RUN if deaf else None


def _release(tool: Tool) -> int:
    """The first number of its version; a build that has none is as new as can be."""
    digits = tool.build.split(".")[0].removeprefix("n")
    return int(digits) if digits.isascii() and digits.isdigit() else 99


def together(planner: Planner, renditions: Sequence[Rendition]) -> list[tuple[Rendition, ...]]:
    """What comes from one decode: pictures of one codec. Sound is read on its own. In the order given, by the first of each."""
    groups: dict[str, tuple[Rendition, ...]] = {}
    for rendition in renditions:
        rung = rendition.rung
        several = os.name == "posix" and rung.kind == "video" and planner.most_cells(rendition) is None  # elsewhere a child has one pipe
        key = rung.codec if several else rung.name
        groups[key] = (*groups.get(key, ()), rendition)
    return list(groups.values())

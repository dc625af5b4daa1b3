"""A manager over a fake device, and what its cells come to."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from app.media.hardware.machine import look
from app.media.hardware.planner import Hardware
from app.media.hardware.trial import Tried
from app.media.hardware.trust import Able, Report, Trust
from app.media.planning import Tool
from app.media.runs import RunManager
from tests.media.hardware.fakes import fake_ffmpeg

BUILD = "9.0 fake"


def trusted(kept: Path, *families: str) -> Path:
    """As if a trial had found these families to work on this machine."""
    tried = tuple(Tried(family, {"h264": "quality"}) for family in families)
    machine = look()
    kept.write_bytes(msgspec.json.encode([Report(BUILD, machine.mark, 0.0, machine, tried)]))
    return kept


class House:
    """One machine: a program with a device, what is trusted, a manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tool = Tool(folder / "fake-ffmpeg", build=BUILD, filters=("zscale", "tonemap"))
        self.told: list[str] = []
        self.able = Able(self.tool, ("h264_nvenc",), ())

    def opened(self, mode: str, *, family: str = "nvenc", wanted: str = "auto") -> RunManager:
        fake_ffmpeg(self.folder, mode, family)
        kept = trusted(self.folder / "hardware.json", family)
        self.trust = Trust(self.able, wanted=wanted, kept=kept, told=lambda: self.told.append("changed"))
        self.planner = Hardware(self.tool, self.trust)
        self.manager = RunManager(self.tool, workers=1, planner=self.planner)
        return self.manager


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = House(tmp_path)
    yield house
    house.trust.close()
    house.manager.close()

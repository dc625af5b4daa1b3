"""A film, probed; a manager over the embedded ffmpeg."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.media.facts import Facts
from app.media.index import load_index
from app.media.ladder import ladder
from app.media.probe import probe
from app.media.rendition import Rendition
from app.media.runs import RunManager, Tool
from tests.media_files import clip, ffmpeg

Film = Callable[[str], tuple[Facts, list[Rendition]]]


@pytest.fixture
def film(tmp_path: Path) -> Film:
    """`film("h264.mp4")` probes a clip and gives its facts and renditions, in a folder of its own."""

    def examine(name: str) -> tuple[Facts, list[Rendition]]:
        folder = tmp_path / "renditions" / name
        facts = probe(clip(name), folder=folder)
        index = load_index(folder)
        return facts, [Rendition(clip(name), folder, facts, rung, index) for rung in ladder(facts)]

    return examine


@pytest.fixture
def tool() -> Tool:
    return Tool(Path(ffmpeg()), build="test", filters=("zscale", "tonemap"))


@pytest.fixture
def manager(tool: Tool) -> Iterator[RunManager]:
    manager = RunManager(tool, workers=2)
    yield manager
    manager.close()

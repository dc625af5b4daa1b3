"""A film, probed; a manager over the embedded ffmpeg."""

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import pytest

from app.media.facts import Facts
from app.media.index import NAME, load_index
from app.media.ladder import ladder
from app.media.probe import probe
from app.media.rendition import Rendition
from app.media.runs import RunManager, Tool
from tests.media_files import clip, ffmpeg, make

Film = Callable[[str], tuple[Facts, list[Rendition]]]


@cache
def examined(name: str) -> tuple[Facts, bytes]:
    """Each clip is really probed, once a session."""
    with tempfile.TemporaryDirectory() as folder:
        facts = probe(clip(name), folder=Path(folder))
        return facts, (Path(folder) / NAME).read_bytes()


@pytest.fixture
def film(tmp_path: Path) -> Film:
    """`film("h264.mp4")` gives a clip's facts and renditions, in a folder of its own."""

    def examine(name: str) -> tuple[Facts, list[Rendition]]:
        folder = tmp_path / "renditions" / name
        folder.mkdir(parents=True)
        facts, index = examined(name)
        (folder / NAME).write_bytes(index)
        return facts, [Rendition(clip(name), folder, facts, rung, load_index(folder)) for rung in ladder(facts)]

    return examine


@pytest.fixture
def tool() -> Tool:
    return Tool(Path(ffmpeg()), build="test", filters=("zscale", "tonemap"))


@pytest.fixture
def manager(tool: Tool) -> Iterator[RunManager]:
    manager = RunManager(tool, workers=2)
    yield manager
    manager.close()


@pytest.fixture(scope="session")
def long_clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten minutes at 640x360: longer than any test waits for."""
    minute = clip("black-start.mp4")
    return make(f"-stream_loop 54 -i {minute} -c copy OUT", tmp_path_factory.mktemp("long") / "long.mp4")


@pytest.fixture
def long(long_clip: Path, tmp_path: Path) -> Rendition:
    folder = tmp_path / "long"
    facts = probe(long_clip, folder=folder)
    return Rendition(long_clip, folder, facts, ladder(facts)[0], load_index(folder))

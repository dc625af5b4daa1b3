"""Every hostile file ends in a clear answer of the probe, reads nothing else, leaves nothing elsewhere; also without what stops it."""

import time
from pathlib import Path

import pytest

from app.children import Limits, Sandbox
from app.errors import HomereelError, MediaError
from app.media import probe as probing
from app.media.facts import Facts
from app.media.index import load_index
from app.media.ladder import Choices, first_plan
from app.media.probe import probe
from app.media.rendition import Rendition
from app.media.runs import RunManager, Tool
from tests.hostile.conftest import Build, leaks, outside
from tests.hostile.files import HOSTILE
from tests.media_files import ffmpeg
from tests.serving import CHECKOUT

_SAID_BY = {
    "magic": {"empty", "text", "picture", "page", "playlist", "document", "archive", "program"},
    "list": {"unreadable", "blank", "nothing playable", "no picture"},
    "limits": {
        "nothing playable", "no picture", "unreadable", "too many streams", "too many pixels", "too many frames", "too long", "too empty",
        "too greedy",
    },
}  # fmt: skip
_LEAST = {"magic": 15, "list": 8, "limits": 25}
_LIMITS = Limits(wall=12, cpu=12, memory=4 << 30, file_size=1 << 30)


def of_layer(layer: str) -> list[str]:
    return [name for name, made in HOSTILE.items() if made.layer == layer]


def test_the_set_is_as_large_as_promised() -> None:
    past_the_list = [made for made in HOSTILE.values() if made.layer not in ("magic", "list")]

    assert len(HOSTILE) >= 40
    assert len(past_the_list) >= 20
    assert all(len(of_layer(layer)) >= least for layer, least in _LEAST.items())


@pytest.mark.parametrize("name", HOSTILE)
def test_it_ends_in_a_clear_answer(tmp_path: Path, hostile: Build, name: str) -> None:
    film, before = hostile(name), outside(tmp_path)
    began = time.monotonic()
    said = _asked(film, tmp_path / "out")

    assert said.state in HOSTILE[name].ends
    assert said.state != "refused" or said.sentence in _sentences(HOSTILE[name].layer)
    assert time.monotonic() - began < 60 + 10
    assert leaks(tmp_path / "out") == []
    assert said.facts is None or "sings" not in said.facts.to_json()
    assert outside(tmp_path) == before | {"out"}


@pytest.mark.slow
@pytest.mark.parametrize("layer", ["magic", "list", "limits"])
def test_it_is_still_stopped_with_that_layer_off(tmp_path: Path, hostile: Build, layer: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """By another layer, or what is left of it is an ordinary little film whose beginning is made as any other's."""
    monkeypatch.setattr(probing, "_CHILD", f"tests.hostile.without_{layer}")
    monkeypatch.setattr(probing, "Sandbox", lambda read, write: Sandbox(read=(*read, CHECKOUT), write=write))
    manager = RunManager(Tool(Path(ffmpeg()), build="test"))
    for name in of_layer(layer):
        film, out = hostile(name), tmp_path / f"out-{name}"
        began = time.monotonic()
        said = _asked(film, out, limits=_LIMITS)
        if said.facts is not None:
            _begun(manager, film, out, said.facts)
        assert time.monotonic() - began < 12 + 60 + 10, name
        assert leaks(out) == [], name
        assert sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) < 64 << 20, name
        film.unlink()
    manager.close()


class _Said:
    def __init__(self, facts: Facts | None, sentence: str = "") -> None:
        self.facts, self.sentence = facts, sentence

    @property
    def state(self) -> str:
        if self.facts is None:
            return "refused"
        return "attention" if self.facts.cut_at is not None or self.facts.gaps else "plays"


def _asked(film: Path, out: Path, limits: Limits | None = None) -> _Said:
    try:
        return _Said(probe(film, folder=out, limits=limits))
    except MediaError as error:
        return _Said(None, str(error))


def _begun(manager: RunManager, film: Path, out: Path, facts: Facts) -> None:
    plan = first_plan(facts, Choices())
    for rung in plan.rungs[:1]:
        try:
            path = manager.segment(Rendition(film, out, facts, rung, load_index(out)), 0)
        except HomereelError:
            continue
        assert path.stat().st_size < 32 << 20


def _sentences(layer: str) -> set[str]:
    codes = _SAID_BY.get(layer, set().union(*_SAID_BY.values()))
    return {probing._REFUSALS[code] for code in codes}

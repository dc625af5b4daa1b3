"""Real films are examined and made whatever encloses the children: what is open to them is enough on every system."""

from pathlib import Path

import pytest

from app.children.layers import find_bubblewrap, find_layers
from app.children.sandbox import NONE, Layers
from app.media.probe import probe
from app.media.runs import RunManager
from tests.media.conftest import Film
from tests.media_files import clip

KINDS = {
    "what is here": find_layers(),
    "bubblewrap": Layers(bubblewrap=find_bubblewrap(), seccomp=find_layers().seccomp),
    "nothing": NONE,
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_film_is_examined_and_made(film: Film, manager: RunManager, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    if kind == "bubblewrap" and not KINDS[kind].bubblewrap:
        pytest.skip("bubblewrap is not installed, or cannot work here")
    monkeypatch.setattr("app.children.child.find_layers", lambda: KINDS[kind])

    assert probe(clip("hevc10.mkv"), folder=tmp_path / "probed").video
    _, renditions = film("hevc10.mkv")
    for rendition in renditions:
        assert manager.segment(rendition, 0).stat().st_size > 1000

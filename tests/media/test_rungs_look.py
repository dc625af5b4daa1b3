"""A rung looks as its film does, read as browsers read it: by its tags, and by its size where it has none."""

from pathlib import Path

import av
import pytest
from PIL import Image, ImageStat

from app.media.index import load_index
from app.media.ladder import ladder
from app.media.probe import probe
from app.media.rendition import Rendition
from app.media.runs import RunManager
from tests.media import eye
from tests.media.test_stills import LOOKS, TURNS
from tests.media_files import make

_TAGGED = {1: "bt709", 5: "bt470bg", 6: "smpte170m"}
_VIVID = "testsrc2=size=1280x720:rate=25:duration=4,hue=s=0.7,gblur=4"
_SILENT = "setparams=colorspace=unknown:range=unknown,format=yuv420p"
MORE = {
    "vivid, nothing said": (f"{_VIVID} -vf scale=out_color_matrix=bt709,{_SILENT} -c:v libx264 -preset ultrafast", eye.sdr("bt709"), "")
}


def begun(source: Path, manager: RunManager, folder: Path) -> Path:
    """The first seconds of the lowest rung, as one file."""
    facts = probe(source, folder=folder)
    rung = next(rung for rung in ladder(facts) if rung.kind == "video")
    rendition = Rendition(source, folder, facts, rung, load_index(folder))
    segment = manager.segment(rendition, 0)
    joined = folder / "joined.mp4"
    joined.write_bytes(rendition.init_path.read_bytes() + segment.read_bytes())
    return joined


def as_seen(film: Path, at: float, folder: Path) -> tuple[Path, tuple[int, int]]:
    with av.open(str(film)) as container:
        frame = next(container.decode(video=0))
    matrix = _TAGGED.get(int(frame.colorspace), "bt709" if frame.height >= 720 else "smpte170m")
    assert int(frame.color_range) == 1, "players of television sets know no other"
    size = (frame.width, frame.height)
    return eye.reference(film, at, size, folder / "seen.png", colours=eye.sdr(matrix)), size


@pytest.mark.parametrize("look", [*LOOKS, *MORE])
def test_a_rung_looks_as_the_film_does(manager: RunManager, tmp_path: Path, look: str) -> None:
    recipe, colours, before = (LOOKS | MORE)[look]
    source = make(f"-f lavfi -i {recipe} -g 25 OUT", tmp_path / "film.mov")
    seen, size = as_seen(begun(source, manager, tmp_path), 1.0, tmp_path)
    wanted = eye.reference(source, 1.0, size, tmp_path / "wanted.png", colours=colours, before=before)

    assert eye.ssim(seen, wanted, tmp_path) >= 0.95
    with Image.open(seen) as one, Image.open(wanted) as other:
        assert all(abs(a - b) < 2 for a, b in zip(ImageStat.Stat(one).mean, ImageStat.Stat(other).mean, strict=True))


@pytest.mark.parametrize("turn", TURNS[::2])
def test_a_rung_is_turned_and_mirrored(manager: RunManager, tmp_path: Path, turn: str) -> None:
    plain = make(f"-f lavfi -i {LOOKS['bt601'][0]} -g 25 OUT", tmp_path / "plain.mp4")
    source = make(f"{turn} -i {plain} -c copy OUT", tmp_path / "turned.mp4")
    seen, size = as_seen(begun(source, manager, tmp_path), 1.0, tmp_path)

    assert eye.ssim(seen, eye.reference(source, 1.0, size, tmp_path / "wanted.png", colours=eye.sdr("smpte170m")), tmp_path) >= 0.95

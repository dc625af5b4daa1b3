"""Thumbnails, packed files, the check that what was made decodes."""

from pathlib import Path

import av
import pytest
from PIL import Image, ImageStat

from app.errors import Conflict, MediaError
from app.media.checks import segments_decode
from app.media.packing import pack, packed_path, packed_table
from app.media.rendition import Rendition
from app.media.runs import RunManager, Tool
from app.media.thumbnails import LARGE, SMALL, make_thumbnails
from tests.media.conftest import Film
from tests.media.joined import joined, numbers, pictures
from tests.media_files import clip


def test_a_still_is_taken_where_there_is_something_to_see(film: Film, tmp_path: Path) -> None:
    facts, _ = film("black-start.mp4")
    chosen = make_thumbnails(clip("black-start.mp4"), facts, folder=tmp_path)

    assert chosen
    assert chosen.at >= 5
    with Image.open(tmp_path / SMALL) as small, Image.open(tmp_path / LARGE) as large:
        assert (small.format, small.size, large.size) == ("WEBP", (640, 360), (640, 360))
        assert ImageStat.Stat(small.convert("L")).mean[0] > 40
        assert not small.getexif()


@pytest.mark.parametrize(("name", "size"), [("rotated.mp4", (180, 320)), ("anamorphic.mp4", (512, 288)), ("hevc10.mkv", (640, 360))])
def test_a_still_is_upright_and_has_the_right_shape(film: Film, tmp_path: Path, name: str, size: tuple[int, int]) -> None:
    facts, _ = film(name)
    make_thumbnails(clip(name), facts, folder=tmp_path)

    with Image.open(tmp_path / SMALL) as still:
        assert still.size == size


def test_a_turned_film_is_turned_the_same_way_in_stills_and_segments(film: Film, manager: RunManager, tmp_path: Path) -> None:
    facts, renditions = film("rotated.mp4")
    chosen = make_thumbnails(clip("rotated.mp4"), facts, folder=tmp_path)
    manager.fill(renditions[:1])

    assert chosen
    shown = pictures(joined(renditions[0]))[round(chosen.at * 25)]
    with Image.open(tmp_path / SMALL) as still:
        same = still.convert("L").resize(shown.size)
        upside = same.transpose(Image.Transpose.ROTATE_180)
    wrong, right = (sum(abs(a - b) for a, b in zip(shown.tobytes(), other.tobytes(), strict=True)) for other in (upside, same))
    assert right * 3 < wrong


def test_sound_alone_has_no_still(film: Film, tmp_path: Path) -> None:
    facts, _ = film("audio-only.m4a")

    assert make_thumbnails(clip("audio-only.m4a"), facts, folder=tmp_path) is None


def test_a_film_that_cannot_be_decoded_is_a_sentence(film: Film, tmp_path: Path) -> None:
    facts, _ = film("h264.mp4")

    with pytest.raises(MediaError, match="No still"):
        make_thumbnails(clip("noise.mp4"), facts, folder=tmp_path)


def test_a_full_rendition_becomes_one_file_that_plays(film: Film, manager: RunManager) -> None:
    _, renditions = film("bframes.mp4")
    manager.fill(renditions)
    for rendition in renditions:
        single = {number: rendition.segment_path(number).read_bytes() for number in numbers(rendition)}
        whole = joined(rendition)
        table = pack(rendition)

        data = packed_path(rendition.folder, rendition.rung.name).read_bytes()
        assert data == whole
        for number, segment in single.items():
            found = table.find(number)
            assert found
            assert data[found[0] : sum(found)] == segment
        assert packed_table(rendition.folder, rendition.rung.name) == table
        assert not rendition.home.exists()
        assert pack(rendition) == table
    assert manager.fill(renditions)
    assert not renditions[0].home.exists()
    with av.open(str(packed_path(renditions[0].folder, renditions[0].rung.name))) as container:
        assert len(list(container.decode(video=0))) == 300


def test_a_rendition_with_a_hole_is_not_packed(film: Film, manager: RunManager) -> None:
    _, renditions = film("bframes.mp4")
    manager.fill(renditions[:1])
    renditions[0].segment_path(1).unlink()

    with pytest.raises(Conflict):
        pack(renditions[0])
    assert packed_table(renditions[0].folder, renditions[0].rung.name) is None
    assert renditions[0].segment_path(0).exists()


def test_what_was_made_is_decoded_before_it_is_believed(film: Film, manager: RunManager, tool: Tool) -> None:
    _, renditions = film("h264.mp4")
    for rendition in renditions:
        manager.segment(rendition, 0)
        assert segments_decode(tool, rendition, [0])

    spoil(renditions[0])
    assert not segments_decode(tool, renditions[0], [0])


def spoil(rendition: Rendition) -> None:
    path = rendition.segment_path(0)
    data = bytearray(path.read_bytes())
    half = len(data) // 2
    data[half : half + 2000] = bytes(2000)
    path.write_bytes(data)

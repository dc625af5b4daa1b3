"""Packed files, and the check that what was made decodes."""

import av
import pytest

from app.errors import Conflict
from app.media.checks import segments_decode
from app.media.packing import pack, packed_path, packed_table
from app.media.rendition import Rendition
from app.media.runs import RunManager, Tool
from tests.media.conftest import Film
from tests.media.joined import joined, numbers


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
        assert segments_decode(tool, [(rendition, [0])])

    spoil(renditions[0])
    assert not segments_decode(tool, [(renditions[0], [0])])


def spoil(rendition: Rendition) -> None:
    path = rendition.segment_path(0)
    data = bytearray(path.read_bytes())
    half = len(data) // 2
    data[half : half + 2000] = bytes(2000)
    path.write_bytes(data)

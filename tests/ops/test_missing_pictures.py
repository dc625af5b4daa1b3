"""`check` finds pictures that are gone, and what can be made again is made again."""

import shutil

import pytest

from app.media.stills import SMALL, sheet_name, still_name, storyboard_is_whole
from app.ops.defects import find_defects
from app.ops.repairs import repair
from app.processing.own_pictures import keep_picture
from app.site import Site
from app.videos.models import Video
from app.videos.pictures import choose_still
from tests.conftest import settle
from tests.processing.conftest import Films
from tests.processing.test_pictures import sent


@pytest.fixture
def films(claimed: Site) -> Films:
    return Films(claimed)


def mended(films: Films, kind: str) -> Video:
    """Of this kind there is one, and after the repair none."""
    found = [defect for defect in find_defects(films.site) if defect.kind == kind]
    assert len(found) == 1
    assert repair(films.site, found[0])
    settle(films.site)
    assert kind not in {defect.kind for defect in find_defects(films.site)}
    return films.video(found[0].subject)


def test_pictures_that_are_gone_are_found_and_made_again(films: Films) -> None:
    video = films.whole("h264.mp4")
    assert not {"picture", "storyboard", "chosen"} & {defect.kind for defect in find_defects(films.site)}
    folder = films.folder(video)
    with films.site.write() as session:
        choose_still(session, video.id, 2)

    (folder / still_name(SMALL, 2)).unlink()
    mended(films, "picture")
    assert (folder / still_name(SMALL, 2)).is_file()

    (folder / sheet_name(0)).unlink()
    mended(films, "storyboard")
    assert storyboard_is_whole(folder)

    keep_picture(films.site, video.id, sent())
    shutil.rmtree(films.site.paths.pictures / video.id)
    after = mended(films, "chosen")
    assert after.picture == ""
    assert after.thumbnail

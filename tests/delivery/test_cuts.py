"""What was cut out of a film is had by nobody but those who edit it, whatever address they try; what is kept plays as one film."""

import io
import itertools
import re
from collections.abc import Iterator
from typing import Any

import av
import pytest

from app.main import build_asgi
from app.media.boxes import Fragment, read_fragments
from app.media.packing import pack
from app.media.runs import RunManager
from app.processing.films import film_of
from app.videos.cutting import cut_video, uncut_video
from app.videos.models import Original, Video
from tests.access.world import routes_of
from tests.conftest import settle
from tests.delivery.conftest import Cinema
from tests.media.joined import differences, pictures
from tests.media_files import clip

KEEP = [(0.5, 3.0), (7.0, 9.5)]


@pytest.fixture
def cut(cinema: Cinema) -> Iterator[Cinema]:
    """A film that everybody may watch, packed, of which two pieces are shown."""
    cinema.make("public")
    with cinema.site.read() as session:
        original = session.get(Original, cinema.film.original_id)
        assert original is not None
        film = film_of(cinema.site, original)
    runs = cinema.site.part(RunManager)
    runs.fill(film.renditions())
    for rendition in film.renditions():
        pack(rendition)
    with cinema.site.write() as session:
        cut_video(session, cinema.film.id, KEEP)
    yield cinema
    with cinema.site.write() as session:
        uncut_video(session, cinema.film.id)


def played(cinema: Cinema, rung: str) -> tuple[str, bytes]:
    """What a player without any right but to watch gets, from the master on."""
    master = cinema.nobody.get(cinema.media("master.m3u8"))
    address = next(line for line in re.findall(r'[^"\n]*\.m3u8[^"\n]*', master.text) if f"/{rung}." in line)
    listed = cinema.nobody.get(address)
    assert listed.status_code == 200
    found = re.findall(r'#EXT-X-MAP:URI="([^"]+)"|^(/media/[^\n]+)', listed.text, re.MULTILINE)
    whole, begun = b"", False
    for mapped, segment in found:
        if mapped and begun:
            assert cinema.nobody.get(mapped).status_code == 200
            continue
        reply = cinema.nobody.get(mapped or segment)
        assert reply.status_code == 200
        whole, begun = whole + reply.content, True
    return listed.text, whole


def rungs(cinema: Cinema) -> list[str]:
    return sorted(set(re.findall(r"/([a-z0-9]+)\.m3u8", cinema.nobody.get(cinema.media("master.m3u8")).text)) - {"master"})


def test_a_viewer_gets_the_kept_pieces_as_one_film(cut: Cinema) -> None:
    video = next(name for name in rungs(cut) if name.startswith("v"))
    text, whole = played(cut, video)
    assert "DISCONTINUITY" not in text
    assert text.endswith("#EXT-X-ENDLIST\n")
    assert sum(map(float, re.findall(r"#EXTINF:([\d.]+)", text))) == pytest.approx(5.0, abs=0.06)

    times = [time for part in read_fragments(io.BytesIO(whole)) if isinstance(part, Fragment) for time in part.times]
    assert times[0] == 0
    assert len(set(itertools.pairwise(times))) == len(times) - 1
    ours, theirs = pictures(whole), pictures(str(clip("hevc10.mkv")))
    wanted = [number for number in range(len(theirs)) if any(start <= round(number / 24, 3) < end for start, end in KEEP)]
    assert len(ours) == len(wanted)
    right = differences(ours, [theirs[number] for number in wanted])
    assert max(right) < 6

    _, heard = played(cut, next(name for name in rungs(cut) if name.startswith("a")))
    with av.open(io.BytesIO(heard)) as container:
        assert sum(frame.samples for frame in container.decode(audio=0)) / 44100 == pytest.approx(5.0, abs=0.05)


def test_no_address_gives_a_viewer_what_was_cut_out(cut: Cinema) -> None:
    """Every route below /media, with every name that a film has, asked by somebody who may only watch."""
    with cut.site.write() as session:
        video = session.get(Video, cut.film.id)
        assert video is not None
        edition, thumbnail = video.edition, video.thumbnail
    names = ["original", "download", "storyboard.vtt", "storyboard-0.webp", "still-1.webp", "still-2.webp", "still-3.webp"]
    for rung in rungs(cut):
        names += [f"{rung}.mp4", *(f"{rung}/{number}.m4s" for number in range(2, 12))]
    held_back = {}
    for name, query in itertools.product(names, ("", "?v=whole", f"?v={edition}", f"?v={thumbnail}", "?download", "?v=")):
        reply = cut.nobody.get(cut.media(name, query))
        held_back[name, query] = reply.status_code
        assert reply.status_code in (404, 410) or _within(cut, name, reply), (name, query, reply.status_code)
    assert set(held_back.values()) >= {404, 410}


def _within(cut: Cinema, name: str, reply: Any) -> bool:
    """A segment of the cut: its times end with it, and its last number is that of its list."""
    rung, _, segment = name.partition("/")
    listed = len(re.findall("#EXTINF", played(cut, rung)[0])) if segment else 0
    return reply.status_code == 200 and bool(segment) and int(segment.removesuffix(".m4s")) < listed


def test_every_media_route_there_is_was_asked(cut: Cinema) -> None:
    """A new kind of address below /media must say here what it gives of a film that is shown in part."""
    known = {
        "/media/{public_id:str}/original", "/media/{public_id:str}/download", "/media/{public_id:str}/{name:str}",
        "/media/{public_id:str}/{rung:str}/{name:str}", "/media/{public_id:str}/captions/{name:str}", "/media/{public_id:str}/chapters.vtt",
    }  # fmt: skip
    there = {route.path for route in routes_of(build_asgi(cut.site)) if route.policy == "may_play"}
    assert there - known == set()


def test_whoever_edits_gets_the_whole_film_too(cut: Cinema) -> None:
    assert cut.owner.get(cut.media("original")).status_code == 200
    master = cut.owner.get(cut.media("master.m3u8", "?v=whole")).text
    video = next(line for line in master.splitlines() if "/v" in line and ".m3u8" in line)
    assert video.endswith("?v=whole")
    listed = cut.owner.get(video).text
    assert sum(map(float, re.findall(r"#EXTINF:([\d.]+)", listed))) == pytest.approx(10.0, abs=0.1)
    assert cut.owner.get(next(line for line in listed.splitlines() if line.startswith("/media"))).status_code in (200, 206)


def test_the_api_tells_viewers_of_nothing_that_was_cut_out(cut: Cinema) -> None:
    told = cut.nobody.get(f"/api/v1/videos/{cut.film.public_id}").json()
    assert told["duration"] == 5.0
    assert told["sources"]["direct"] is None
    assert told["storyboard"] is None
    assert told["cut"] is None
    assert cut.owner.get(f"/api/v1/videos/{cut.film.public_id}").json()["cut"] == [list(piece) for piece in KEEP]
    page = cut.nobody.get(f"/w/{cut.film.public_id}").text
    assert "/original" not in page
    assert "/download" not in page


def test_a_player_with_an_older_list_is_told_that_the_film_was_changed(cut: Cinema) -> None:
    text, _ = played(cut, rungs(cut)[0])
    segment = next(line for line in text.splitlines() if line.startswith("/media"))
    assert cut.nobody.get(segment).status_code == 200
    with cut.site.write() as session:
        cut_video(session, cut.film.id, [(1.0, 4.0)])
    reply = cut.nobody.get(segment)
    assert reply.status_code == 410
    assert "changed" in reply.text
    with cut.site.write() as session:
        uncut_video(session, cut.film.id)
    assert cut.nobody.get(segment).status_code == 410
    assert cut.nobody.get(cut.media(f"{rungs(cut)[0]}/0.m4s")).status_code == 410


def test_the_picture_that_stands_for_the_film_is_of_a_kept_piece(cut: Cinema) -> None:
    """Also where none of the stills to choose from is: one is made from a piece that is kept."""
    settle(cut.site)
    for keep in (KEEP, [(9.0, 10.0)]):
        with cut.site.write() as session:
            cut_video(session, cut.film.id, keep)
        waiting = _picture(cut)
        assert waiting[0] == "cut" or _of_a_kept_piece(cut, waiting[0], keep)
        settle(cut.site)
        picture, thumbnail = _picture(cut)
        assert thumbnail
        assert picture == "cut" or _of_a_kept_piece(cut, picture, keep)
        assert cut.nobody.get(cut.media("thumbnail.webp")).content.startswith(b"RIFF")
    assert picture == "cut"


def _picture(cut: Cinema) -> tuple[str, str]:
    with cut.site.read() as session:
        video = session.get(Video, cut.film.id)
        assert video is not None
        return video.picture, video.thumbnail


def _of_a_kept_piece(cut: Cinema, picture: str, keep: list[tuple[float, float]]) -> bool:
    with cut.site.read() as session:
        original = session.get(Original, cut.film.original_id)
        assert original is not None
        at = float(original.stills.split()[int(picture or 1) - 1])
        return any(start <= at < end for start, end in keep)

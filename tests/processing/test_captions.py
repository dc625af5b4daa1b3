"""Subtitles and chapters inside a film: shown by browsers, had by nobody who may not watch."""

import struct
from pathlib import Path

from sqlmodel import select

from app.media.probe import probe
from app.processing.captions import caption_path
from app.videos.models import Caption, Original, Video
from tests.conftest import settle
from tests.media_files import clip, make
from tests.processing.conftest import Films

ENGLISH = "1\n00:00:01,000 --> 00:00:02,500\n<i>Hello</i> & welcome\n\n2\n00:00:04,000 --> 00:00:06,000\nGood night\n"
GERMAN = """[Script Info]
ScriptType: v4.00+
[V4+ Styles]
Format: Name, Fontname, Fontsize
Style: Default,Arial,20
[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,{\\i1}Hallo{\\i0}, Welt\\Nzweite
Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\p1}m 0 0 l 100 0{\\p0}
"""
CHAPTERS = """;FFMETADATA1
title=A day by the sea
[CHAPTER]
TIMEBASE=1/1000
START=0
END=4000
title=Morning
[CHAPTER]
TIMEBASE=1/1000
START=4000
END=9000
title=<b>Evening</b>
"""


def _pictures(path: Path) -> Path:
    """One small picture of text from 1 to 3 seconds, as Blu-ray discs hold it (US 2009/0185789, the PGS segments)."""

    def part(at: float, kind: int, body: bytes) -> bytes:
        return b"PG" + struct.pack(">IIBH", int(at * 90_000), 0, kind, len(body)) + body

    line = bytes([1] * 8) + b"\x00\x00"
    picture = line * 4
    shown = [
        part(1, 0x16, struct.pack(">HHBHBBBB", 320, 180, 0x10, 0, 0x80, 0, 0, 1) + struct.pack(">HBBHH", 0, 0, 0, 10, 150)),
        part(1, 0x17, b"\x01" + struct.pack(">BHHHH", 0, 10, 150, 8, 4)),
        part(1, 0x14, bytes([0, 0, 1, 235, 128, 128, 255])),
        part(1, 0x15, struct.pack(">HBB", 0, 0, 0xC0) + (len(picture) + 4).to_bytes(3, "big") + struct.pack(">HH", 8, 4) + picture),
        part(1, 0x80, b""),
    ]
    gone = [part(3, 0x16, struct.pack(">HHBHBBBB", 320, 180, 0x10, 1, 0, 0, 0, 0)), part(3, 0x80, b"")]
    path.write_bytes(b"".join(shown + gone))
    return path


def _film(folder: Path) -> Path:
    (folder / "english.srt").write_text(ENGLISH)
    (folder / "german.ass").write_text(GERMAN)
    (folder / "chapters.txt").write_text(CHAPTERS)
    inputs = f"-i {clip('h264.mp4')} -i {folder}/english.srt -i {folder}/german.ass -i {_pictures(folder / 'pictures.sup')}"
    said = (
        "-metadata:s:s:0 language=eng -metadata:s:s:1 language=ger -metadata:s:s:1 title=Deutsch -metadata:s:s:2 language=fra "
        "-disposition:s:0 hearing_impaired -disposition:s:1 forced+default"
    )
    maps = "-map 0 -map 1 -map 2 -map 3 -map_metadata 4 -map_chapters 4 -c copy -c:s:0 srt -c:s:1 ass -c:s:2 copy"
    return make(f"{inputs} -i {folder}/chapters.txt {maps} {said} OUT", folder / "words.mkv")


def test_every_track_of_text_becomes_captions_and_pictures_are_kept_as_they_are(films: Films, tmp_path: Path) -> None:
    site = films.site
    video_id = films.bring(_film(tmp_path))
    settle(site)
    with site.read() as session:
        rows = session.exec(select(Caption).order_by(Caption.file)).all()
        told = [(row.file, row.language, row.label, row.kind, row.forced, row.chosen) for row in rows]
        texts = {row.language: caption_path(site, row).read_bytes() for row in rows}
        video = session.get(Video, video_id)
    assert told == [
        ("2.vtt", "en", "", "captions", False, False),
        ("3.vtt", "de", "Deutsch", "subtitles", True, True),
        ("4.sup", "fr", "", "subtitles", False, False),
    ]
    assert texts["en"].decode() == (
        "WEBVTT\n\n00:00:01.000 --> 00:00:02.500\n<i>Hello</i> &amp; welcome\n\n00:00:04.000 --> 00:00:06.000\nGood night\n"
    )
    assert texts["de"].decode() == "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\n<i>Hallo</i>, Welt\nzweite\n"
    assert texts["fr"].startswith(b"PG")
    assert video is not None
    assert video.title == "A day by the sea"


def test_a_title_that_somebody_wrote_is_not_replaced_by_that_of_the_file(films: Films, tmp_path: Path) -> None:
    video_id = films.bring(_film(tmp_path), title="Our own name")
    settle(films.site)
    with films.site.read() as session:
        video = session.get(Video, video_id)
    assert video is not None
    assert video.title == "Our own name"


def test_captions_are_read_again_after_they_were_lost_and_keep_their_address(films: Films, tmp_path: Path) -> None:
    from app.processing.captions import read_captions

    site = films.site
    video_id = films.bring(_film(tmp_path))
    settle(site)
    with site.read() as session:
        before = {row.file: row.public_id for row in session.exec(select(Caption))}
        caption_path(site, session.exec(select(Caption).where(Caption.file == "3.vtt")).one()).unlink()
    site.queue.add(read_captions, video_id)
    settle(site)
    with site.read() as session:
        rows = session.exec(select(Caption)).all()
        assert {row.file: row.public_id for row in rows} == before
        assert all(caption_path(site, row).is_file() for row in rows)


def test_times_are_counted_from_the_first_picture(tmp_path: Path, films: Films) -> None:
    late = make(f"-i {_film(tmp_path)} -map 0:v -map 0:a -map 0:s:0 -c copy -output_ts_offset 7 OUT", tmp_path / "late.mkv")
    assert 6.9 < probe(late, folder=tmp_path / "facts").zero < 7.1
    films.bring(late)
    settle(films.site)
    with films.site.read() as session:
        row = session.exec(select(Caption)).one()
        assert "00:00:01.000 --> 00:00:02.500" in caption_path(films.site, row).read_text()


def test_a_name_tells_when_a_film_was_recorded_where_the_file_does_not(films: Films, tmp_path: Path) -> None:
    path = make(f"-i {clip('h264.mp4')} -map_metadata -1 -fflags +bitexact -c copy OUT", tmp_path / "VID_20240518_120000.mp4")
    video_id = films.bring(path)
    settle(films.site)
    with films.site.read() as session:
        video = session.get(Video, video_id)
        assert video is not None
        original = session.get(Original, video.original_id)
    assert original is not None
    assert video.recorded_at.startswith("2024-05-1")
    assert video.recorded_by == "name"

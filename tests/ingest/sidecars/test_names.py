"""Which files beside a film belong to it, and what they say."""

import json

import pytest

from app.ingest.sidecars.beside import CaptionFile, beside
from app.ingest.sidecars.said import Said, from_chapters, from_info_json, from_nfo
from app.videos.chapters import Chapter


def test_files_of_the_same_name_belong_to_a_film_and_others_do_not() -> None:
    names = [
        "Sea.mkv",
        "Sea.nfo",
        "SEA.info.json",
        "Sea.description",
        "Sea-thumb.jpg",
        "Sea.jpg",
        "Sea.chapters.txt",
        "Seaside.nfo",
        "x.srt",
    ]
    found = beside("Sea.mkv", names)
    assert (found.nfo, found.info, found.description, found.picture, found.chapters, found.captions) == (
        "Sea.nfo", "SEA.info.json", "Sea.description", "Sea-thumb.jpg", "Sea.chapters.txt", (),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "caption"),
    [
        ("Sea.srt", CaptionFile("Sea.srt", "")),
        ("Sea.en.srt", CaptionFile("Sea.en.srt", "en")),
        ("Sea.ger.ass", CaptionFile("Sea.ger.ass", "de")),
        ("Sea.pt-BR.vtt", CaptionFile("Sea.pt-BR.vtt", "pt-br")),
        ("Sea.en.forced.ass", CaptionFile("Sea.en.forced.ass", "en", forced=True)),
        ("Sea.en.sdh.vtt", CaptionFile("Sea.en.sdh.vtt", "en", kind="captions")),
        ("Sea.en.default.vtt", CaptionFile("Sea.en.default.vtt", "en", chosen=True)),
        ("Sea.Commentary track.en.srt", CaptionFile("Sea.Commentary track.en.srt", "en", label="Commentary track")),
    ],
)
def test_names_of_captions_say_language_and_kind(name: str, caption: CaptionFile) -> None:
    assert beside("Sea.mkv", ["Sea.mkv", name]).captions == (caption,)


def test_an_nfo_is_read() -> None:
    text = """<?xml version="1.0" encoding="UTF-8"?><episodedetails><title>By the sea</title><plot>Waves &amp; wind</plot>
    <aired>2019-07-04</aired><tag>holiday</tag><genre>Family</genre></episodedetails>"""
    assert from_nfo(text.encode()) == Said("By the sea", "Waves & wind", ("holiday", "Family"), "2019-07-04")


@pytest.mark.parametrize(
    "text",
    [
        '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><movie><title>&b;</title></movie>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><movie><title>&a;</title></movie>',
        "https://www.imdb.com/title/tt0133093/",
        "<movie><title>never closed",
        "",
    ],
)
def test_an_nfo_that_is_none_or_holds_entities_says_nothing(text: str) -> None:
    assert from_nfo(text.encode()) == Said()


def test_an_info_json_is_read_and_odd_values_are_passed_over() -> None:
    found = {
        "title": "By the sea", "description": "Waves", "upload_date": "20190704", "tags": ["a", 5, None, "b"], "categories": "none",
        "chapters": [{"start_time": 0, "title": "Morning"}, {"start_time": 61.5, "title": "Evening"}, "rubbish", {"title": "nowhere"}],
    }  # fmt: skip
    said = from_info_json(json.dumps(found).encode())
    assert (said.title, said.description, said.recorded_at, said.tags) == ("By the sea", "Waves", "2019-07-04", ("a", "b"))
    assert said.chapters[:2] == (Chapter(0.0, "Morning"), Chapter(61.5, "Evening"))
    for rubbish in (b"[1, 2]", b"{", b"", b"[" * 100_000):
        assert from_info_json(rubbish) == Said()


def test_chapters_are_read_from_both_kinds_of_file() -> None:
    vtt = b"WEBVTT\n\n00:00.000 --> 00:10.000\nOne\n\n00:10.000 --> 00:20.000\n<b>Two</b>\n"
    meta = b";FFMETADATA1\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\ntitle=One\n[CHAPTER]\nTIMEBASE=1/1000\nSTART=10000\ntitle=T\\=wo\n"
    assert from_chapters(vtt, "x.chapters.vtt").chapters == (Chapter(0, "One"), Chapter(10, "Two"))
    assert from_chapters(meta, "x.chapters.txt").chapters == (Chapter(0, "One"), Chapter(10, "T=wo"))
    assert from_chapters(b"\x00\xff", "x.chapters.vtt") == Said()


def test_what_stands_first_is_believed_and_the_rest_fills_up() -> None:
    assert Said(title="a").over(Said(title="b", description="c")) == Said(title="a", description="c")

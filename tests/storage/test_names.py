"""SECURITY UP-2: names from people are data, whatever is in them."""

import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.storage.names import cut_to_bytes, display_name, file_name, slug, suffix_of, title_from

NASTY = [
    "../../etc/passwd.mp4", "..\\..\\boot.ini", "/absolute.mp4", "C:\\fakepath\\film.mp4", ".hidden", "...", ".", "", "   ", "-rf.mp4",
    "--output=x", "con", "CON.mp4", "nul.tar.gz", "lpt1", "a\x00b.mp4", "line\nbreak.mp4", "tab\there", "\u202egpj.exe", "x\u2066y\u2069z",
    "😀" * 80 + ".mp4", "é" * 300, "e\u0301" * 200, "क्षि" * 100, "日本の夏 2026.mov", "a/b/c.mkv", "trailing. . .", "$(reboot).mp4",
    "`id`.mp4", "%2e%2e%2f.mp4", "film;rm -rf ~.mp4", "\udcff\udcfe.mp4", "\u0301alone", "\u200d\u200d", "file:concat|x.mp4",
    "<script>.mp4",
    '"quoted".mp4', "CON.0", "aux .mp4",
]  # fmt: skip
anything = st.text(max_size=400) | st.sampled_from(NASTY)


@given(anything)
def test_a_slug_is_one_plain_name_on_every_file_system(name: str) -> None:
    made = slug(name)

    assert 0 < len(made.encode()) <= 120
    assert made[0] not in " .-"
    assert made[-1] not in " ."
    assert made == unicodedata.normalize("NFC", made)
    assert all(char in " -_." or char.isalnum() or unicodedata.category(char)[0] in "LM" for char in made)
    assert PurePosixPath(made).name == made
    assert PureWindowsPath(made).name == made
    assert not PureWindowsPath(made).is_reserved()


@given(anything)
def test_a_slug_of_a_slug_is_the_same(name: str) -> None:
    assert slug(slug(name)) == slug(name)


@given(anything)
def test_a_shown_name_is_one_line_of_text_without_tricks(name: str) -> None:
    shown = display_name(name)

    assert 0 < len(shown.encode()) <= 255
    assert not [char for char in shown if unicodedata.category(char) in {"Cc", "Cs", "Zl", "Zp"}]
    assert not [
        char for char in shown if unicodedata.bidirectional(char) in {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "LRI", "FSI", "PDI"}
    ]
    assert display_name(shown) == shown


@given(anything)
def test_a_title_is_never_empty_and_fits(name: str) -> None:
    assert 0 < len(title_from(name).encode()) <= 255


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("Lea_first_steps.MP4", "Lea first steps"), ("IMG_2041.MOV", "IMG_2041"), ("PXL_20260704_101500.mp4", "PXL_20260704_101500"),
        ("DJI_0001.mp4", "DJI_0001"), ("Summer 2026.final.mkv", "Summer 2026.final"), ("C:\\fakepath\\Oma.mp4", "Oma"),
        ("holiday/day 1/beach.mp4", "beach"), (".mp4", ".mp4"), ("", "video"), ("no ending", "no ending"), ("Dr. Who", "Dr. Who"),
    ],
)  # fmt: skip
def test_a_title_comes_from_the_file_name(name: str, title: str) -> None:
    assert title_from(name) == title


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("Lea's first steps!", "Leas first steps"), ("日本の夏", "日本の夏"), ("क्षि", "क्षि"), ("e\u0301te\u0301", "été"), ("CON", "_CON"),
        ("con.x", "_con.x"),
        ("../../x", "x"), ("😀😀", "video"), ("a  /  b", "a b"), ("x" * 300, "x" * 120),
    ],
)  # fmt: skip
def test_a_slug_keeps_what_people_recognise(name: str, kept: str) -> None:
    assert slug(name) == kept


@pytest.mark.parametrize(
    ("name", "suffix"),
    [("a.MP4", "mp4"), ("a.tar.gz", "gz"), ("a.", ""), ("a", ""), ("a.mp4/../x", ""), ("a.toolonganending", ""), ("a.m p", "")],
)
def test_only_a_short_plain_ending_is_an_ending(name: str, suffix: str) -> None:
    assert suffix_of(name) == suffix


@pytest.mark.parametrize(
    ("name", "last"),
    [("../../etc/passwd", "passwd"), ("a/b.mp4", "b.mp4"), ("C:\\x\\y.mp4", "y.mp4"), ("AC\\DC.mp4", "AC\\DC.mp4"), ("..", "video")],
)
def test_folders_before_a_name_are_dropped(name: str, last: str) -> None:
    assert file_name(name) == last


def test_a_cut_never_splits_a_character() -> None:
    assert cut_to_bytes("aé", 2) == "a"
    assert cut_to_bytes("ae\u0301", 2) == "a"
    assert cut_to_bytes("👨\u200d👩", 7) == "👨"

"""What people write is data: cleaned, counted as people count, and refused with a sentence that names the field."""

import pytest

from app.errors import Invalid
from app.videos import fields


@pytest.mark.parametrize(
    ("raw", "kept"),
    [
        ("  Oma’s   80th\tbirthday ", "Oma’s 80th birthday"),
        ("Cafe\u0301", "Café"),
        ("holiday\u202egpj.exe", "holidaygpj.exe"),
        ("two\nlines", "two lines"),
        ("bell\x07 and null\x00", "bell and null"),
        ("👩‍👩‍👧 at the sea", "👩‍👩‍👧 at the sea"),
        ("שלום", "שלום"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
)
def test_a_title_is_kept_as_a_person_reads_it(raw: str, kept: str) -> None:
    assert fields.title(raw) == kept


@pytest.mark.parametrize("raw", ["", "   ", "\u202e\u200f", "\u200b", "\n\n", "\x00"])
def test_a_title_that_shows_nothing_is_refused(raw: str) -> None:
    with pytest.raises(Invalid) as refusal:
        fields.title(raw)
    assert refusal.value.fields["title"] == "A video needs a title."


def test_a_title_has_at_most_200_characters_counted_as_people_do() -> None:
    assert fields.title("é" * 200) == "é" * 200
    with pytest.raises(Invalid, match="at most 200 characters; this one has 201"):
        fields.title("a" * 201)


def test_a_description_keeps_its_lines_but_not_a_page_of_empty_ones() -> None:
    assert fields.description("one\r\ntwo\n\n\n\n\nthree  \n") == "one\ntwo\n\nthree"


def test_a_description_of_more_than_10_000_characters_is_refused() -> None:
    with pytest.raises(Invalid) as refusal:
        fields.description("x" * 10_001)
    assert "description" in refusal.value.fields


def test_the_same_tag_twice_is_one_however_it_is_written() -> None:
    assert fields.tags(["#Sea", "sea", " North\nSea ", "", "STRASSE", "straße"]) == "Sea\nNorth Sea\nSTRASSE"


def test_too_many_and_too_long_tags_are_refused() -> None:
    with pytest.raises(Invalid):
        fields.tags([f"tag {n}" for n in range(31)])
    with pytest.raises(Invalid):
        fields.tags(["x" * 51])


def test_an_unknown_privacy_is_refused() -> None:
    assert fields.privacy("unlisted") == "unlisted"
    with pytest.raises(Invalid):
        fields.privacy("everyone")


@pytest.mark.parametrize(
    ("name", "handle"),
    [("Oma’s Films", "oma-s-films"), ("Käse & Brot", "kase-brot"), ("映画", "channel"), ("../../etc", "etc"), ("x" * 80, "x" * 40)],
)
def test_a_handle_is_plain_enough_for_an_address(name: str, handle: str) -> None:
    assert fields.handle(name) == handle

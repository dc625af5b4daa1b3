from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.search.entries import Entry
from app.search.index import ENGLISH, PLAIN, Index, slips_allowed
from app.search.marks import Marker, within
from app.search.query import parse

EVERYTHING = ({},)


def entry(video_id: str, title: str, *, description: str = "", tags: str = "", channel: str = "", privacy: str = "members") -> Entry:
    return Entry(video_id, "c1", privacy, True, False, title, description, tags, channel)


FILMS = (
    entry("1", "Großmutter bakes bread", description="in the old kitchen", tags="baking\nfamily", channel="Anna\nanna"),
    entry("2", "Two weeks by the North Sea", description="Walking from Emden to Norden", channel="Ben\nben"),
    entry("3", "School play – The Tempest", tags="school", channel="Ben\nben"),
    entry("4", "North wind, calm sea", description="bread and wine"),
    entry("5", "Café Zürich", privacy="private"),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Index:
    made = Index(tmp_path_factory.mktemp("index") / "g1", fresh=True)
    made.put(FILMS)
    return made


def found(index: Index, text: str) -> list[str]:
    return [hit.id for hit in index.find(parse(text), EVERYTHING, 50)]


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("cafe zurich", ["5"]),
        ("CAFÉ ", ["5"]),
        ("grossmutter ", ["1"]),
        ("bakes ", ["1"]),
        ("bake ", ["1"]),
        ("walk ", ["2"]),
        ("schools ", ["3"]),
        ("temp", ["3"]),
        ("temp ", []),
        ("tempset ", ["3"]),
        ("kitchne ", ["1"]),
        ("grosmuter ", ["1"]),
        ("sae ", []),
        ('"north sea"', ["2"]),
        ("north sea ", ["2", "4"]),
        ("baking ", ["1"]),
        ("ben", ["2", "3"]),
        ("bread ", ["1", "4"]),
        ("bread sea ", ["4"]),
        ("the-tempest ", ["3"]),
        ("nothing at all", []),
    ],
)
def test_words_find_what_is_meant(index: Index, text: str, ids: list[str]) -> None:
    assert sorted(found(index, text)) == ids


def test_a_title_counts_more_than_a_description(index: Index) -> None:
    assert found(index, "bread ")[0] == "1"


def test_what_is_not_allowed_is_not_found(index: Index) -> None:
    query = parse("cafe ")
    assert index.find(query, ({"privacy": frozenset({"public", "members"})},), 10) == []
    assert index.find(query, (), 10) == []
    assert index.find(query, ({"channel_id": frozenset({"other"})},), 10) == []
    assert [hit.id for hit in index.find(query, ({"privacy": frozenset()}, {"channel_id": frozenset({"c1"})}), 10)] == ["5"]
    assert [hit.id for hit in index.find(query, ({"playable": frozenset({True}), "blocked": frozenset({False})},), 10)] == ["5"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=60))
def test_no_text_makes_the_index_fail(index: Index, text: str) -> None:
    index.find(parse(text), EVERYTHING, 5)


def test_an_entry_is_replaced_and_removed(tmp_path: Path) -> None:
    made = Index(tmp_path / "g", fresh=True)
    made.put(FILMS)
    made.put([entry("1", "Grandpa sings")], gone=["2"])
    assert found(made, "grandpa ") == ["1"]
    assert found(made, "bakes ") == []
    assert found(made, "weeks ") == []
    again = Index(tmp_path / "g")
    assert again.stamps() == {each.id: each.stamp for each in (entry("1", "Grandpa sings"), *FILMS[2:])}


def marker(text: str) -> Marker:
    return Marker(parse(text), plain=PLAIN.analyze, stems=ENGLISH.analyze, slips=slips_allowed)


def marked(title: str, text: str) -> str:
    return str(marker(text).mark(title))


@pytest.mark.parametrize(
    ("title", "text", "markup"),
    [
        ("Großmutter bakes", "grossmutter ", "<mark>Großmutter</mark> bakes"),
        ("Two <b>weeks</b> & more", "weeks b ", "Two &lt;<mark>b</mark>&gt;<mark>weeks</mark>&lt;/<mark>b</mark>&gt; &amp; more"),
        ("The Tempest", "tempset ", "The <mark>Tempest</mark>"),
        ("The Tempest", "temp", "The <mark>Tempest</mark>"),
        ("The Tempest", "xyz", "The Tempest"),
        ("Baking bread", "bake", "<mark>Baking</mark> bread"),
        ("By the North Sea", '"north sea"', "By the <mark>North</mark> <mark>Sea</mark>"),
    ],
)
def test_what_was_found_is_marked_and_the_rest_escaped(title: str, text: str, markup: str) -> None:
    assert marked(title, text) == markup


def test_slips_are_counted() -> None:
    assert within("tempset", "tempest", 1)
    assert within("kitchn", "kitchen", 1)
    assert not within("kitten", "kitchen", 1)
    assert within("kitten", "kitchen", 2)
    assert not within("sea", "seasons", 2)


def test_of_a_long_text_the_part_around_the_word_is_shown() -> None:
    text = "Long ago. " * 20 + "Then <i>snow</i> fell. " + "And so on. " * 40
    shown = marker("snow ").passage(text)
    assert shown is not None
    assert "&lt;i&gt;<mark>snow</mark>&lt;/i&gt; fell" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 300
    assert marker("rain ").passage(text) is None
    assert marker("snow ").passage("Snow fell.\nA lot.") == "<mark>Snow</mark> fell. A lot."

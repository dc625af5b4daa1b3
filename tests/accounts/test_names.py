"""Names are shown to others: nothing in them hides, reorders or imitates."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.accounts.names import LONGEST, clean_name, fold
from app.errors import Invalid


@pytest.mark.parametrize("name", ["anna", "Grandma Rose", "Jürgen", "李小龙", "محمد", "Ольга-2", "o'brien.jr", "👩‍👧", "x" * 40])
def test_names_as_people_have_them_are_taken(name: str) -> None:
    assert clean_name(name) == name


@pytest.mark.parametrize(
    "name",
    [
        "",
        "   ",
        "x" * 41,
        "a\u202eb",
        "a\u200bb",
        "a\x00b",
        "a\x1b[31mb",
        "\u3164\u3164",
        "\u2800",
        "...",
        "\ufeffanna",
        "a\u2066b",
        "\ud800",
    ],
)
def test_names_that_hide_something_are_refused_with_a_reason(name: str) -> None:
    with pytest.raises(Invalid) as refused:
        clean_name(name)

    assert refused.value.fields["username"] == str(refused.value)


SAME = [
    ("Anna", "aNNa"),
    ("Straße", "STRASSE"),
    ("ﬁlm", "film"),
    ("Ａnna", "anna"),
    ("Grandma  Rose", " grandma rose "),
    ("an\u200dna", "anna"),
    ("Jürgen", "Ju\u0308rgen"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_names_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)


def test_spaces_and_line_breaks_around_and_within_a_name_are_tidied() -> None:
    assert clean_name("  Grandma \n Rose ") == "Grandma Rose"


@given(st.text(max_size=60))
def test_a_name_that_was_taken_is_tidy_and_stays_the_same_when_typed_again(typed: str) -> None:
    try:
        name = clean_name(typed)
    except Invalid:
        return

    assert 1 <= len(name) <= LONGEST
    assert clean_name(name) == name
    assert fold(name) == fold(typed)
    assert name.replace("\u200c", "").replace("\u200d", "").isprintable()

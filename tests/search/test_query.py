import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import BadRequest
from app.search.query import LETTERS, Query, parse


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("", Query()),
        ("   ", Query()),
        ("two weeks", Query(("two", "weeks"), (), True)),
        ("two weeks ", Query(("two", "weeks"), (), False)),
        ('"north sea" snow', Query(("snow",), ("north sea",), True)),
        ('snow "north sea', Query(("snow",), ("north sea",), False)),
        ("„north  sea“", Query((), ("north sea",), False)),
        ('"" - * ?', Query()),
        ("a\x00b\nc", Query(("a", "b", "c"), (), True)),
    ],
)
def test_what_is_typed_becomes_words_and_phrases(text: str, query: Query) -> None:
    assert parse(text) == query


def test_too_much_is_refused_with_a_hint() -> None:
    for text in ("x" * (LETTERS + 1), " ".join("abcdefghijklmnopq")):
        with pytest.raises(BadRequest, match="few"):
            parse(text)


@given(st.text(max_size=LETTERS))
def test_nothing_that_is_typed_breaks_it(text: str) -> None:
    try:
        query = parse(text)
    except BadRequest:
        return
    assert all(any(char.isalnum() for char in part) for part in (*query.words, *query.phrases))

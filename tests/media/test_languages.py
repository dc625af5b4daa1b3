"""Languages of files, as browsers and people want them."""

import pytest

from app.media.languages import own_name, tag


@pytest.mark.parametrize(
    ("code", "bcp47", "name"),
    [
        ("eng", "en", "English"),
        ("ger", "de", "Deutsch"),
        ("deu", "de", "Deutsch"),
        ("fre", "fr", "Français"),
        ("pt-BR", "pt-br", "Português (Brasil)"),
        ("und", "", ""),
        ("", "", ""),
        ("qaa", "qaa", "qaa"),
        ("x;y", "x;y", "x;y"),
    ],
)
def test_a_code_becomes_a_tag_and_a_name_in_its_own_language(code: str, bcp47: str, name: str) -> None:
    assert (tag(code), own_name(code)) == (bcp47, name)

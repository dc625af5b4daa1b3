"""What the keeper is promised stands on one page, and every test of this folder is behind one of its lines."""

import re
from pathlib import Path

PAGE = Path(__file__).parents[2] / "packaging" / "promises.md"


def test_every_promise_names_tests_that_are_there_and_none_is_forgotten() -> None:
    named = {(PAGE.parent / link).resolve() for link in re.findall(r"\]\(([^)]+)\)", PAGE.read_text())}

    assert [path for path in named if not path.is_file()] == []
    assert set(Path(__file__).parent.glob("test_r*.py")) <= named

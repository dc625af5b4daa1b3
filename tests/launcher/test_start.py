"""The launcher: what the first start does, and what every other start does not do again."""

import os
import sys
from pathlib import Path

import pytest

from tests.launcher.checkout import Checkout, bare_path

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="a POSIX shell's script"), pytest.mark.timeout(400)]


def test_the_first_start_sets_up_and_hands_over(fresh: Checkout, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    started = fresh.start("import", "a film.mp4", cwd=elsewhere)

    assert started.code == 0, started.err
    assert started.said["arguments"] == ["import", "a film.mp4"]
    assert started.said["folder"] == str(elsewhere), "paths that people type are relative to where they are"
    assert [line[:5].strip() for line in started.err.splitlines() if "/3" in line] == ["1/3", "2/3", "3/3"]
    assert (fresh.folder / ".venv" / "bin" / "python").exists()


def test_a_second_start_takes_no_set_up_and_needs_no_other_python(ready: Checkout, tmp_path: Path) -> None:
    again = ready.start(PATH=str(bare_path(tmp_path / "bin")), HOMEREEL_PYTHON="")

    assert (again.code, again.err) == (0, "")
    assert str(ready.folder) in str(again.said["python"]), "a checkout that was moved runs its own environment"


def test_the_exit_code_is_the_programs(ready: Checkout) -> None:
    assert ready.start("fail").code == 7


def test_a_link_to_the_launcher_starts_the_checkout_it_leads_to(ready: Checkout, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "reel").symlink_to("../home reel/homereel")
    (tmp_path / "bin" / "twice").symlink_to(tmp_path / "bin" / "reel")

    assert ready.start(launcher=tmp_path / "bin" / "twice").code == 0


def test_a_folder_named_app_where_one_stands_is_not_taken_for_ours(ready: Checkout, tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "__init__.py").write_text("raise SystemExit('the wrong one')")

    assert ready.start(cwd=tmp_path).code == 0


def test_a_change_that_touches_no_package_installs_nothing(ready: Checkout) -> None:
    with (ready.folder / "pyproject.toml").open("a") as written:
        written.write("\n[tool.something]\nline = 1\n")
    before = ready.environments()

    first, second = ready.start(), ready.start(PIP_FIND_LINKS="/nowhere")

    assert (first.code, first.err, second.err) == (0, "", "")
    assert ready.environments() == before


def test_the_tests_bring_their_own_packages(ready: Checkout) -> None:
    tested = ready.start("test", "-k", "a name")

    assert tested.code == 3, tested.err
    assert tested.out.startswith("pytest was given -n logical")
    assert tested.out.rstrip().endswith("-m not slow and not sweep -k a name")
    assert "packages, about 2" in tested.err
    assert ready.start().err == "", "an environment with the tests' packages serves too"


@pytest.mark.slow
def test_another_python_named_makes_another_environment(ready: Checkout, tmp_path: Path) -> None:
    named = tmp_path / "mine"
    named.symlink_to(sys.executable)

    changed, again = ready.start(HOMEREEL_PYTHON=str(named)), ready.start(HOMEREEL_PYTHON=str(named))

    assert "1/3" in changed.err
    assert again.err == ""


@pytest.mark.slow
def test_an_environment_whose_python_is_gone_is_made_anew(ready: Checkout) -> None:
    python = ready.folder / ".venv" / "bin" / "python"
    python.unlink()
    python.symlink_to("/nowhere/python3.11")

    healed = ready.start()

    assert healed.code == 0
    assert "3/3" in healed.err


@pytest.mark.slow
def test_an_environment_made_by_hand_is_kept_beside(fresh: Checkout) -> None:
    (fresh.folder / ".venv" / "bin").mkdir(parents=True)
    (fresh.folder / ".venv" / "precious").touch()

    assert fresh.start().code == 0

    [kept] = fresh.folder.glob(".venv.by-hand-*")
    assert (kept / "precious").exists()

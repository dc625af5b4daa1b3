"""R-35: A wrong config stops the start with one line naming the key; nothing is created or overwritten."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from app.errors import SettingsError
from app.settings import Settings, load
from tests.reliability.aftermath import tree
from tests.serving import CHECKOUT

TOML: dict[str, tuple[str, str]] = {  # what is in config.toml, and the key that must be named
    "unknown": ("colour = 'red'", "colour"),
    "misspelt": ("prot = 8080", "prot"),
    "a table": ("[server]\nport = 8080", "server"),
    "port too large": ("port = 65536", "port"),
    "port below zero": ("port = -1", "port"),
    "port in words": ("port = 'eighty'", "port"),
    "port with a fraction": ("port = 80.5", "port"),
    "port as a list": ("port = [80]", "port"),
    "host a number": ("host = 127", "host"),
    "hosts no list": ("hosts = 'a.example'", "hosts"),
    "hosts of numbers": ("hosts = [1, 2]", "hosts"),
    "base_url without scheme": ("base_url = 'video.example.org'", "base_url"),
    "base_url of another kind": ("base_url = 'ftp://video.example.org'", "base_url"),
    "log of no kind": ("log = 'loud'", "log"),
    "media a number": ("media = 5", "media"),
    "ffmpeg a list": ("ffmpeg = ['ffmpeg']", "ffmpeg"),
    "no name": ("site_name = ''", "site_name"),
    "long name": (f"site_name = '{'x' * 61}'", "site_name"),
    "privacy of no kind": ("default_privacy = 'secret'", "default_privacy"),
    "reserve below": ("reserve = -2", "reserve"),
    "upload_max nothing": ("upload_max = 0", "upload_max"),
    "upload_quota below": ("upload_quota = -1", "upload_quota"),
    "upload_expiry too short": ("upload_expiry_hours = 1", "upload_expiry_hours"),
    "session_days too long": ("session_days = 401", "session_days"),
    "trash_days nothing": ("trash_days = 0", "trash_days"),
    "no workers": ("heavy_workers = 0", "heavy_workers"),
    "too many workers": ("light_workers = 17", "light_workers"),
    "no runs": ("runs = 0", "runs"),
    "watch_polling perhaps": ("watch_polling = 'perhaps'", "watch_polling"),
    "stop_seconds nothing": ("stop_seconds = 0", "stop_seconds"),
    "stop_seconds not a number": ("stop_seconds = nan", "stop_seconds"),
    "data moved from inside": ("data = '/elsewhere'", "data"),
    "no TOML": ("port = = 8080", "config.toml"),
    "twice": ("port = 1\nport = 2", "config.toml"),
    "bytes": ("\udcff\udcfe", "config.toml"),
}


def config(data: Path, text: str) -> None:
    data.mkdir()
    (data / "config.toml").write_bytes(text.encode("utf-8", "surrogateescape"))


@pytest.mark.parametrize("case", TOML)
def test_a_wrong_config_is_one_line_that_names_the_key(tmp_path: Path, case: str) -> None:
    text, key = TOML[case]
    data = tmp_path / "data"
    config(data, text)
    before = tree(tmp_path)

    with pytest.raises(SettingsError) as refused:
        load({"data": data}, {})

    assert key in str(refused.value)
    assert str(data / "config.toml") in str(refused.value)
    assert "\n" not in str(refused.value)
    assert tree(tmp_path) == before


@pytest.mark.parametrize(
    ("environment", "key"),
    [
        ({"HOMEREEL_PORT": "x"}, "HOMEREEL_PORT"),
        ({"HOMEREEL_PORT": ""}, "HOMEREEL_PORT"),
        ({"HOMEREEL_COLOUR": "red"}, "HOMEREEL_COLOUR"),
        ({"HOMEREEL_WATCH_POLLING": "perhaps"}, "HOMEREEL_WATCH_POLLING"),
    ],
)
def test_a_wrong_environment_names_its_variable(tmp_path: Path, environment: Mapping[str, str], key: str) -> None:
    with pytest.raises(SettingsError) as refused:
        load({"data": tmp_path / "data"}, environment)

    assert key in str(refused.value)
    assert not (tmp_path / "data").exists()


def test_a_wrong_argument_names_it(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="--port"):
        load({"data": tmp_path / "data", "port": 70_000}, {})


def test_what_is_said_later_wins_and_each_knows_where_it_comes_from(tmp_path: Path) -> None:
    data = tmp_path / "data"
    config(data, "port = 1\nhost = 'toml'\nsite_name = 'Toml'\n")

    settings, origins = load({"data": data, "port": 3, "host": None}, {"HOMEREEL_PORT": "2", "HOMEREEL_HOST": "environment"})

    assert (settings.port, settings.host, settings.site_name, settings.runs) == (3, "environment", "Toml", 2)
    assert [origins.of.get(key, "default") for key in ("port", "host", "site_name", "runs")] == [
        "arguments", "environment", "config.toml", "default",
    ]  # fmt: skip
    assert origins.locked("site_name")
    assert not origins.locked("runs")


def test_the_environment_names_hosts_in_one_line(tmp_path: Path) -> None:
    settings, _ = load({"data": tmp_path}, {"HOMEREEL_HOSTS": " a.example , b.example,, ", "HOMEREEL_DATA": "/elsewhere"})

    assert settings.hosts == ("a.example", "b.example")
    assert settings.data == tmp_path


def test_settings_stay_as_they_are_once_the_site_has_started(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="frozen"):
        Settings(data=tmp_path).port = 1  # type: ignore[misc]


def serve(*arguments: str, **environment: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "app", "serve", "--host", "127.0.0.1", *arguments],
        cwd=CHECKOUT, env={**os.environ, **environment}, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip


def test_the_program_says_it_in_one_line_and_creates_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    config(data, "port = 'eighty'")
    before = tree(tmp_path)

    ended = serve("--data", str(data))

    assert ended.returncode == 1
    assert ended.stderr.strip().count("\n") == 0
    assert "port" in ended.stderr
    assert tree(tmp_path) == before


def test_a_data_folder_that_cannot_be_made_is_one_line(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")

    ended = serve("--data", str(tmp_path / "file" / "data"))

    assert ended.returncode == 1
    assert ended.stderr.strip().count("\n") == 0
    assert "Traceback" not in ended.stderr
    assert str(tmp_path) in ended.stderr

"""RELIABILITY R-35 and R-36: a wrong setting stops the start and creates nothing; two servers never share a folder."""

import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from app.cli import main
from tests.serving import CHECKOUT, Serving

BROKEN = {
    "prt = 1": "prt",
    "port = 70000": "port",
    "port = -1": "port",
    'port = "eighty"': "port",
    "port = 1.5": "port",
    "port = []": "port",
    'host = ["a"]': "host",
    "hosts = 1": "hosts",
    "hosts = [1]": "hosts",
    'base_url = "ftp://x"': "base_url",
    'base_url = "video.lan"': "base_url",
    'log = "loud"': "log",
    "media = 3": "media",
    "ffmpeg = true": "ffmpeg",
    'site_name = ""': "site_name",
    f'site_name = "{"x" * 61}"': "site_name",
    'default_privacy = "secret"': "default_privacy",
    "reserve = -2": "reserve",
    'reserve = "much"': "reserve",
    "upload_max = 0": "upload_max",
    "upload_quota = -1": "upload_quota",
    "upload_expiry_hours = 1": "upload_expiry_hours",
    "session_days = 0": "session_days",
    "session_days = 10000": "session_days",
    "trash_days = 0": "trash_days",
    "heavy_workers = 0": "heavy_workers",
    "light_workers = 99": "light_workers",
    "runs = 0": "runs",
    'watch_polling = "perhaps"': "watch_polling",
    "sweep_minutes = 0": "sweep_minutes",
    "stop_seconds = 0": "stop_seconds",
    "[serve]\nport = 1": "serve",
    "port = ": "not valid TOML",
    "port = 1\nport = 2": "not valid TOML",
}


def test_a_wrong_setting_stops_the_start_with_a_line_that_names_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("HOMEREEL_RESERVE", raising=False)
    config = tmp_path / "config.toml"
    for text, says in BROKEN.items():
        config.write_text(text)
        answer = CliRunner().invoke(main, ["serve", "--data", str(tmp_path)])
        assert answer.exit_code == 1, text
        assert len(answer.stderr.splitlines()) == 1, answer.stderr
        assert says in answer.stderr
        assert "config.toml" in answer.stderr
        assert answer.stdout == ""
        assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
    assert config.read_text() == list(BROKEN)[-1]


def test_a_second_server_says_who_is_there_and_leaves(server: Serving) -> None:
    before = sorted(path.name for path in server.data.iterdir())
    command = [sys.executable, "-m", "app", "serve", "--data", str(server.data), "--port", "0"]
    second = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, timeout=30, check=False)
    assert second.returncode == 1
    assert second.stdout == ""
    assert f"process {server.pid}" in second.stderr.splitlines()[-1]
    assert "Traceback" not in second.stderr
    assert sorted(path.name for path in server.data.iterdir()) == before
    assert server.client.get("/health/live").json() == {"status": "live"}
    server.kill9()
    server.start()  # nothing has to be unlocked by hand
    assert server.client.get("/health/ready").json() == {"status": "ready"}

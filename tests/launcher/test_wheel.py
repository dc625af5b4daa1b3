"""A wheel carries all that it serves: built, installed where nothing else of ours is, started, and asked for its first page."""

import os
import re
import socket
import subprocess
import sys
import sysconfig
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.launcher.checkout import PROJECT


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An environment with the wheel. What Homereel depends on is lent by the environment of the tests, so that no network is needed."""
    folder = tmp_path_factory.mktemp("wheel")
    quietly("-m", "build", "--wheel", "--no-isolation", "--outdir", folder, PROJECT)
    quietly("-m", "venv", "--without-pip", folder / "env")
    [wheel] = folder.glob("homereel-*.whl")
    quietly("-m", "pip", "--python", python(folder / "env"), "install", "--no-deps", "--no-index", "--disable-pip-version-check", wheel)
    [packages] = [*(folder / "env").glob("lib/python*/site-packages"), *(folder / "env").glob("Lib/site-packages")]
    # A folder named in a .pth file comes last, and .pth files in it (the checkout's own among them) are not read.
    (packages / "lent.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return folder / "env"


def python(environment: Path) -> Path:
    return environment / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def quietly(*command: str | Path) -> None:
    ran = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False, timeout=300)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.fixture
def served(installed: Path, tmp_path: Path) -> Iterator[httpx.Client]:
    """`homereel serve` from the wheel, answering."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [installed / "bin" / "homereel", "serve", "--host", "127.0.0.1", "--port", str(port), "--data", tmp_path / "data"]
    clean = {key: value for key, value in os.environ.items() if not key.startswith(("HOMEREEL_", "PYTHON"))}
    log = tmp_path / "log"
    with log.open("w") as written:
        running = subprocess.Popen(command, cwd=tmp_path, env=clean, stdout=written, stderr=subprocess.STDOUT)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", follow_redirects=True, trust_env=False) as client:
            wait_for(client, running, log)
            yield client
    finally:
        running.terminate()
        assert running.wait(30) == 0, log.read_text()


def wait_for(client: httpx.Client, running: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        assert running.poll() is None, log.read_text()
        try:
            client.get("/health/live")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"it never answered: {log.read_text()}")


def test_the_program_runs_from_the_wheel_and_not_from_the_checkout(installed: Path, tmp_path: Path) -> None:
    where = "import app, app.settings as s; print(app.__file__); print(s.bundled('web')); print(s.bundled('plugins'))"

    ran = subprocess.run([python(installed), "-P", "-c", where], cwd=tmp_path, capture_output=True, text=True, check=True)

    folders = [Path(line) for line in ran.stdout.split()]
    assert all(folder.is_relative_to(installed) for folder in folders), ran.stdout
    assert (folders[1] / "static").is_dir()
    assert (folders[2] / "README.md").is_file()


def test_the_wheel_serves_its_first_page_with_its_styles(served: httpx.Client) -> None:
    assert served.get("/health/live").status_code == 200

    page = served.get("/")

    assert page.status_code == 200
    assert page.url.path == "/setup"
    styles = re.findall(r'<link[^>]+rel="stylesheet"[^>]+href="([^"]+)"', page.text)
    assert styles
    for address in styles:
        style = served.get(address)
        assert style.status_code == 200, address
        assert style.headers["content-type"].startswith("text/css")

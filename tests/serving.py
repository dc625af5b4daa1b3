"""A real server for tests: `python -m app serve` in a process of its own, on a free port of this machine alone."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import httpx

CHECKOUT = Path(__file__).resolve().parent.parent
PASSWORD = "three words together"
SETUP_CODE = re.compile(r"Setup code: ([0-9A-Z]{4}-[0-9A-Z]{4})")
Preexec = Callable[[], None]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class Serving:
    """One data folder, and the server on it: started, killed, started again. What it says is kept in `said`."""

    def __init__(self, data: Path, *, environment: dict[str, str] | None = None, within: Sequence[str] = ()) -> None:
        self.data, self.port = data, free_port()
        self.origin = f"http://127.0.0.1:{self.port}"
        self.within = list(within)  # a command to run the server in: another namespace, say
        self._environment = {**os.environ, "HOMEREEL_RESERVE": "0", **(environment or {})}
        self._err = data.parent / f"{data.name}.stderr"
        self._out = data.parent / f"{data.name}.stdout"
        self._process: subprocess.Popen[bytes] | None = None
        self.client = httpx.Client(base_url=self.origin, headers={"origin": self.origin}, timeout=30)

    # -- the process

    @property
    def pid(self) -> int:
        """Of the server itself, also where it runs inside another command."""
        assert self._process is not None
        return self._process.pid if not self.within else _child_of(self._process.pid)

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def said(self) -> str:
        """All of standard output and standard error so far, of every start."""
        return "".join(path.read_text(errors="replace") for path in (self._out, self._err) if path.exists())

    def start(self, *, seconds: float = 30) -> "Serving":
        self.spawn()
        self.wait_ready(seconds)
        return self

    def spawn(self, **settings: str) -> None:
        """Start without waiting for an answer."""
        command = [
            *self.within,
            sys.executable,
            "-m",
            "app",
            "serve",
            "--data",
            str(self.data),
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        with self._out.open("ab") as out, self._err.open("ab") as err:
            self._process = subprocess.Popen(
                command, cwd=CHECKOUT, env=self._environment | settings, stdin=subprocess.DEVNULL, stdout=out, stderr=err
            )

    def wait_ready(self, seconds: float = 30) -> float:
        """Until a request is answered; returns how long that took."""
        began = time.monotonic()
        while time.monotonic() - began < seconds:
            if not self.running:
                raise AssertionError(f"the server ended by itself:\n{self.said[-3000:]}")
            try:
                httpx.get(f"{self.origin}/robots.txt", timeout=5)
            except httpx.HTTPError:
                time.sleep(0.05)
            else:
                return time.monotonic() - began
        raise AssertionError(f"no answer within {seconds} s:\n{self.said[-3000:]}")

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def kill9(self) -> None:
        """As a power button would, as far as a process can feel it."""
        if self.running:
            self.signal(signal.SIGKILL)
        self.wait(10)

    def terminate(self, *, seconds: float = 15) -> int:
        """Ask to stop; returns the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait(seconds)

    def wait(self, seconds: float) -> int:
        assert self._process is not None
        return self._process.wait(timeout=seconds)

    def restart(self, *, seconds: float = 30) -> "Serving":
        """After `terminate`, if it still runs; else as it is."""
        if self.running:
            self.terminate()
        return self.start(seconds=seconds)

    def close(self) -> None:
        self.client.close()
        if self.running:
            self.kill9()

    # -- people

    def setup_code(self, *, seconds: float = 10) -> str:
        """As printed where the site was started."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            if found := SETUP_CODE.findall(self.said):
                return str(found[-1])
            time.sleep(0.05)
        raise AssertionError(f"no setup code was printed:\n{self.said[-3000:]}")

    def claim(self, username: str = "anna", password: str = PASSWORD, site_name: str = "The Lindners") -> httpx.Client:
        """Make the owner; `client` is signed in from then on."""
        answer = self.client.post(
            "/api/v1/setup",
            json={"code": self.setup_code(), "site_name": site_name, "username": username, "password": password},
        )
        assert answer.is_success, answer.text
        if not self.client.cookies:
            self.sign_in(username, password)
        return self.client

    def sign_in(self, username: str = "anna", password: str = PASSWORD) -> httpx.Client:
        answer = self.client.post("/api/v1/session", json={"username": username, "password": password})
        assert answer.is_success, answer.text
        return self.client


def _child_of(pid: int) -> int:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return _child_of(int(children[0])) if children and "app" not in _arguments(pid) else pid


def _arguments(pid: int) -> list[str]:
    return Path(f"/proc/{pid}/cmdline").read_text().split("\0")

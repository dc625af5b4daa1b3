"""Updates: a new pin is installed, and whatever goes wrong on the way leaves what was there."""

import contextlib
import os
import signal
import socket
import subprocess
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.launcher.checkout import Checkout

pytestmark = [pytest.mark.skipif(os.name == "nt", reason="a POSIX shell's script"), pytest.mark.timeout(400)]


@pytest.mark.slow
def test_a_changed_pin_is_installed_and_the_old_environment_waits_for_the_next(ready: Checkout) -> None:
    [old] = ready.environments()
    ready.want("2.0")

    updated = ready.start()

    assert (updated.code, updated.said["pebble"]) == (0, "2.0")
    assert old in ready.environments(), "a site that still runs from it imports more later"
    ready.want("1.0")
    assert ready.start().said["pebble"] == "1.0"
    assert old not in ready.environments()


def test_an_installation_that_fails_leaves_the_old_environment_working(ready: Checkout) -> None:
    before = ready.environments()
    ready.want("9.9")

    failed = ready.start()

    assert (failed.code, failed.said["pebble"]) == (0, "1.0")
    assert "pebble==9.9" in failed.err
    assert failed.err.rstrip().endswith("Until then Homereel runs with the packages it has.")
    assert ready.environments() == before
    ready.want("1.0")
    assert ready.start().err == ""


@pytest.mark.slow
def test_tests_never_run_with_the_wrong_packages(ready: Checkout) -> None:
    ready.want("9.9")

    assert ready.start("test").code == 1


@pytest.mark.slow
def test_an_installation_killed_in_the_middle_leaves_the_old_environment_working(ready: Checkout) -> None:
    before = ready.environments()
    ready.want("2.0")
    with silent_index() as address:
        running = start_installing(ready, address)
        os.killpg(running.pid, signal.SIGKILL)
        running.communicate(timeout=30)
    assert len(ready.environments()) == 2, "one of them half made"

    healed = ready.start()

    assert (healed.code, healed.said["pebble"]) == (0, "2.0")
    assert len(ready.environments()) == 2
    assert set(before) < set(ready.environments()), "the half made one is gone, the one that worked is not"


@pytest.mark.slow
def test_a_stop_during_the_installation_cleans_up(ready: Checkout) -> None:
    before = ready.environments()
    ready.want("2.0")
    with silent_index() as address:
        running = start_installing(ready, address)
        os.killpg(running.pid, signal.SIGINT)  # what Ctrl-C does
        said = running.communicate(timeout=30)[1]

    assert running.returncode in (130, -signal.SIGINT)
    assert "start again to finish it" in said
    assert ready.environments() == before


@pytest.mark.slow
def test_two_first_starts_at_once_install_once(fresh: Checkout) -> None:
    with ThreadPoolExecutor(2) as both:
        one, two = [future.result() for future in [both.submit(fresh.start), both.submit(fresh.start)]]

    assert (one.code, two.code) == (0, 0), one.err + two.err
    assert sorted("waiting for it" in started.err for started in (one, two)) == [False, True]
    assert len(fresh.environments()) == 1


def start_installing(checkout: Checkout, index: str) -> subprocess.Popen[str]:
    """A start that has come to where pip waits for an index that never answers."""
    environment = checkout.environment(PIP_NO_INDEX="", PIP_FIND_LINKS="", PIP_INDEX_URL=index)
    running = subprocess.Popen([checkout.folder / "homereel"], env=environment, stderr=subprocess.PIPE, text=True, start_new_session=True)
    assert running.stderr is not None
    while "2/3" not in running.stderr.readline():
        assert running.poll() is None
    return running


@contextlib.contextmanager
def silent_index() -> Iterator[str]:
    """A package index that takes calls and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/simple"

"""The manager: viewers first, nothing half-made is seen, everything ends when told to."""

import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from app.children import Child, start
from app.errors import MediaError, Missing, Unavailable
from app.media.failures import Failures
from app.media.homes import prepare_home
from app.media.rendition import Rendition
from app.media.runs import EndsShort, RunManager, Stopped, Tool
from tests.media.conftest import Film
from tests.media.joined import joined, numbers, times

ROOT = Path(__file__).parents[2]


def ffmpegs_in(folder: Path) -> list[int]:
    """Processes whose working folder lies in `folder`."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                if str((entry / "cwd").readlink()).startswith(str(folder)):
                    found.append(int(entry.name))
            except OSError:
                continue
    return found


def none_within(seconds: float, folder: Path) -> bool:
    end = time.monotonic() + seconds
    while ffmpegs_in(folder):
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


def test_a_segment_is_made_when_asked_for_and_kept(film: Film, manager: RunManager) -> None:
    _, renditions = film("h264.mp4")

    path = manager.segment(renditions[0], 1)
    made = path.stat().st_mtime_ns
    time.sleep(0.3)

    assert manager.segment(renditions[0], 1) == path
    assert path.stat().st_mtime_ns == made
    assert manager.init(renditions[0]).read_bytes()[4:8] == b"ftyp"


def test_many_who_ask_for_one_segment_share_one_run(film: Film, manager: RunManager, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[int] = []

    def counted(*words: Any, **options: Any) -> Child:
        child = start(*words, **options)
        started.append(child.pid)
        return child

    monkeypatch.setattr("app.media.run.start", counted)
    _, renditions = film("h264.mp4")
    askers = [threading.Thread(target=manager.segment, args=(renditions[0], number)) for number in (0, 1, 0, 1, 2, 0)]
    for asker in askers:
        asker.start()
        while not started:  # the first one sets the run going
            time.sleep(0.005)
    for asker in askers:
        asker.join()

    assert len(started) == 1


def test_a_segment_that_the_film_does_not_have_is_missing(film: Film, manager: RunManager) -> None:
    _, renditions = film("hole.mp4")

    for number in (1, 99):
        with pytest.raises(Missing):
            manager.segment(renditions[0], number)


def test_a_seek_far_ahead_gets_a_run_of_its_own(long: Rendition, manager: RunManager) -> None:
    manager.segment(long, 0)
    manager.segment(long, 100)

    assert not long.segment_path(50).exists()


def test_a_viewers_run_goes_on_a_little_and_no_further(long: Rendition, manager: RunManager) -> None:
    manager.segment(long, 10)
    assert none_within(20, long.folder)

    made = sorted(int(path.stem) for path in long.home.glob("*.m4s"))
    assert made == list(range(10, 19))


def test_the_background_yields_to_a_viewer_and_comes_back(long: Rendition, manager: RunManager) -> None:
    stop = threading.Event()
    filler = threading.Thread(target=manager.fill, args=([long],), kwargs={"stop": stop})
    filler.start()
    manager.segment(long, 0)
    began = time.monotonic()
    manager.segment(long, 120)
    waited = time.monotonic() - began
    goal = max(number for number in range(110) if long.segment_path(number).exists()) + 1
    try:
        end = time.monotonic() + 20
        while not long.segment_path(goal).exists() and time.monotonic() < end:
            time.sleep(0.05)
        assert long.segment_path(goal).exists()
        assert waited < 10
    finally:
        stop.set()
        filler.join()


def test_filling_makes_everything_and_tells_how_far_it_is(film: Film, manager: RunManager) -> None:
    _, renditions = film("two-languages.mkv")
    told: list[float] = []

    assert manager.fill(renditions, progress=lambda report: told.append(report.share))
    assert told == sorted(told)
    assert told[-1] == 1
    for rendition in renditions:
        assert all(rendition.segment_path(number).exists() for number in numbers(rendition))


def test_stopping_a_film_ends_its_children_at_once_and_refuses_new_work(long: Rendition, manager: RunManager) -> None:
    def fill() -> None:
        with pytest.raises(Stopped):
            manager.fill([long])

    filler = threading.Thread(target=fill)
    filler.start()
    manager.segment(long, 0)
    began = time.monotonic()
    manager.stop(long.folder)

    assert ffmpegs_in(long.folder) == []
    assert time.monotonic() - began < 5
    with pytest.raises(Stopped):
        manager.segment(long, 60)
    filler.join(5)
    assert not filler.is_alive()
    manager.allow(long.folder)
    manager.segment(long, 60)


def test_a_closed_manager_leaves_no_child(long: Rendition, tool: Tool) -> None:
    manager = RunManager(tool)
    manager.segment(long, 0)
    manager.close()

    assert ffmpegs_in(long.folder) == []
    with pytest.raises(Stopped):
        manager.segment(long, 90)


def test_kill_9_in_the_middle_leaves_whole_segments_only_and_no_child(long: Rendition, tool: Tool, manager: RunManager) -> None:
    code = (
        "import sys; from pathlib import Path\n"
        "from app.media.probe import probe; from app.media.index import load_index; from app.media.ladder import ladder\n"
        "from app.media.runs import Rendition, RunManager, Tool\n"
        "source, folder, program = map(Path, sys.argv[1:])\n"
        "facts = probe(source, folder=folder)\n"
        "film = Rendition(source, folder, facts, ladder(facts)[0], load_index(folder))\n"
        "print('go', flush=True); RunManager(Tool(program, 'test', ('zscale', 'tonemap'))).fill([film])"
    )
    words = [sys.executable, "-c", code, str(long.source), str(long.folder), str(tool.path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, cwd=ROOT, env=os.environ | {"PYTHONPATH": str(ROOT)}) as server:
        assert server.stdout
        server.stdout.readline()
        while not long.segment_path(5).exists():
            time.sleep(0.005)
        server.send_signal(signal.SIGKILL)
    assert none_within(2, long.folder)

    made = {int(path.stem): path.read_bytes() for path in long.home.glob("*.m4s")}
    assert len(made) >= 6
    for number, data in made.items():
        assert len(times(long.init_path.read_bytes() + data)) == 100 or number == max(numbers(long))
    manager.segment(long, max(made) + 1)
    assert {number: long.segment_path(number).read_bytes() for number in made} == made
    assert list(long.home.glob(".*.new")) == []


def test_another_ffmpeg_or_other_options_begin_from_scratch(film: Film, tool: Tool) -> None:
    _, renditions = film("h264.mp4")
    rendition = renditions[0]
    rendition.home.mkdir(parents=True)
    rendition.segment_path(0).write_bytes(b"made by another")
    prepare_home(rendition, tool)
    assert not rendition.segment_path(0).exists()

    rendition.segment_path(0).write_bytes(b"made by this one")
    prepare_home(rendition, tool)
    assert rendition.segment_path(0).exists()
    prepare_home(rendition, Tool(tool.path, build="newer"))
    assert not rendition.segment_path(0).exists()


def test_an_init_part_that_changes_makes_the_rendition_anew(film: Film, manager: RunManager) -> None:
    _, renditions = film("h264.mp4")
    rendition = renditions[0]
    manager.segment(rendition, 2)
    good = rendition.init_path.read_bytes()
    rendition.init_path.write_bytes(good[:-1] + b"?")
    rendition.segment_path(0).unlink(missing_ok=True)

    manager.segment(rendition, 0)
    manager.fill([rendition])
    assert rendition.init_path.read_bytes() == good
    assert len(times(joined(rendition))) == 250


def test_a_file_whose_end_is_rotten_says_where_it_ends(film: Film, manager: RunManager, tmp_path: Path) -> None:
    """The tables promise ten seconds; the bytes of the second half are gone (zeros), as on a bad disk."""
    facts, renditions = film("h264.mp4")
    data = bytearray(renditions[0].source.read_bytes())
    data[len(data) // 2 :] = bytes(len(data) - len(data) // 2)
    rotten = tmp_path / "rotten.mp4"
    rotten.write_bytes(data)
    rendition = Rendition(rotten, tmp_path / "rotten", facts, renditions[0].rung, renditions[0].index)

    with pytest.raises(EndsShort) as problem:
        manager.fill([rendition])
    assert 3.5 < problem.value.at < 5.5
    # Cut there, what is left is whole: the caller says so in the facts, and every list and every cell follows.
    at = problem.value.at
    shorter = replace(rendition, facts=msgspec.structs.replace(facts, cut_at=at, duration=at))
    assert manager.fill([shorter])
    assert numbers(shorter) == [0, 1]
    assert len(times(joined(shorter))) == round(at * 25)
    assert rendition.segment_path(0).exists()
    assert not rendition.segment_path(2).exists()


FAKES = {
    "returns-0-without-output": ("exit 0", MediaError),
    "crashes": ("kill -SEGV $$", MediaError),
    "fails": ("echo broken >&2; exit 1", MediaError),
    "spews": ("exec head -c 200000000 /dev/zero >&2", MediaError),
    "writes-rubbish": ("exec head -c 100000 /dev/urandom", MediaError),
    "hangs": ("exec sleep 60", Unavailable),
}


@pytest.mark.parametrize("fake", FAKES)
def test_a_broken_ffmpeg_is_a_sentence_and_no_more(film: Film, tmp_path: Path, fake: str) -> None:
    script, kind = FAKES[fake]
    program = tmp_path / "ffmpeg"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    manager = RunManager(Tool(program))
    _, renditions = film("h264.mp4")

    with pytest.raises(kind) as problem:
        manager.segment(renditions[0], 1, timeout=3 if fake == "hangs" else 30)
    manager.close()
    assert not isinstance(problem.value, EndsShort)
    assert list(renditions[0].home.glob("*.m4s")) == []
    assert none_within(2, renditions[0].folder)


def test_a_missing_ffmpeg_is_a_sentence(film: Film, tmp_path: Path) -> None:
    manager = RunManager(Tool(tmp_path / "nowhere"))
    _, renditions = film("h264.mp4")

    with pytest.raises(Unavailable, match="ffmpeg could not be started"):
        manager.segment(renditions[0], 0)
    manager.close()


def test_a_run_that_hangs_is_tried_again_and_given_up(film: Film, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.media.run._STALL", 0.1)
    program = tmp_path / "ffmpeg"
    program.write_text("#!/bin/sh\nexec sleep 60\n")
    program.chmod(0o755)
    manager = RunManager(Tool(program))
    _, renditions = film("h264.mp4")

    with pytest.raises(MediaError):
        manager.segment(renditions[0], 1, timeout=20)
    manager.close()


def test_warming_up_makes_what_a_player_asks_for_first(film: Film, manager: RunManager) -> None:
    _, renditions = film("h264.mp4")
    manager.warm(renditions)

    for rendition in renditions:
        assert rendition.init_path.exists()
        assert rendition.segment_path(0).exists()


def test_warming_up_makes_no_more_than_the_first(long: Rendition, manager: RunManager) -> None:
    manager.warm([long])
    assert none_within(10, long.folder)

    assert sorted(path.name for path in long.home.glob("*.m4s")) == ["0.m4s"]


def test_what_a_viewer_needs_next_is_made_while_they_take_what_exists(long: Rendition, manager: RunManager) -> None:
    manager.segment(long, 0)
    assert none_within(20, long.folder)  # it went on a little
    made = {int(path.stem) for path in long.home.glob("*.m4s")}

    for number in range(max(made) + 1):
        manager.segment(long, number)
    end = time.monotonic() + 20
    while not long.segment_path(max(made) + 6).exists() and time.monotonic() < end:
        time.sleep(0.05)
    assert long.segment_path(max(made) + 6).exists()


def test_others_stand_still_while_somebody_waits_and_go_on_afterwards(long: Rendition, manager: RunManager) -> None:
    manager._crew._cores = 2
    stop = threading.Event()
    filler = threading.Thread(target=manager.fill, args=([long],), kwargs={"stop": stop})
    filler.start()
    try:
        while not long.segment_path(1).exists():
            time.sleep(0.01)
        (background,) = manager._crew.runs
        with manager._crew.waiter(long, 120):
            manager._crew.arrange()
            assert background._child
            state = Path(f"/proc/{background._child.pid}/stat")
            while state.read_text().rpartition(")")[2].split()[0] != "T":  # stopped
                time.sleep(0.005)
            at = max(int(path.stem) for path in long.home.glob("*.m4s"))
        end = time.monotonic() + 20
        while not long.segment_path(at + 3).exists() and time.monotonic() < end:
            time.sleep(0.02)
        assert long.segment_path(at + 3).exists()
        assert manager._crew.runs == [background]
    finally:
        stop.set()
        filler.join(10)


def test_more_viewers_than_places_all_get_their_segments(long: Rendition, tool: Tool) -> None:
    """Each at a place of its own, each asking for one after another at once: nobody starves."""
    manager = RunManager(tool, workers=1)
    got: dict[int, int] = dict.fromkeys(range(8), 0)
    done = threading.Event()

    def watch(viewer: int) -> None:
        for number in range(5 + 17 * viewer, 5 + 17 * viewer + 8):
            manager.segment(long, number, timeout=60)
            got[viewer] += 1
            if min(got.values()) >= 2:
                done.set()

    viewers = [threading.Thread(target=watch, args=(viewer,), daemon=True) for viewer in got]
    for viewer in viewers:
        viewer.start()
    assert done.wait(60)
    assert max(got.values()) - min(got.values()) <= 6
    for viewer in viewers:
        viewer.join(60)
    manager.close()
    assert set(got.values()) == {8}


def test_what_was_stopped_and_what_failed_is_not_remembered_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tool: Tool) -> None:
    monkeypatch.setattr("app.media.crew._BLOCKED_FOR", 0.05)
    manager, failures = RunManager(tool), Failures()
    for number in range(300):
        manager.stop(tmp_path / str(number))
        failures.remember(tmp_path / "film" / str(number), 0, MediaError("?"))
    time.sleep(0.06)
    manager.stop(tmp_path / "last")

    assert len(manager._crew._blocked) == 1
    assert len(failures) == 256
    failures.forget(tmp_path / "film")
    assert len(failures) == 0

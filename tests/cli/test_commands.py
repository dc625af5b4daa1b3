"""Commands as people type them: without a running site in this process, and through a running one over its socket."""

import io
import json
import logging
import os
import re
import shutil
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner, Result
from sqlmodel import select

from app.accounts.models import ApiToken, User
from app.cli import main
from app.ops.commands import COMMANDS
from app.ops.control import ControlServer, socket_path
from app.ops.lock import DataLock
from app.ops.logs import set_up_logs
from app.site import Site
from tests.media_files import clip

PASSWORD = "three words together"


@pytest.fixture(autouse=True)
def quiet(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Logs go nowhere, whoever sets them up; settings come from nowhere else."""
    for name in [name for name in os.environ if name.startswith("HOMEREEL_")]:
        monkeypatch.delenv(name)
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = list(root.handlers), root.level
    set_up_logs("text", io.StringIO())
    monkeypatch.setattr("app.ops.logs.set_up_logs", lambda *_given, **_named: None)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**config)


def homereel(*arguments: str, data: Path | None = None, given: str | None = None) -> Result:
    return CliRunner().invoke(main, [*arguments, *(["--data", str(data)] if data else [])], input=given)


@pytest.fixture(params=["stopped", "running"])
def place(request: pytest.FixtureRequest, site: Site) -> Iterator[Path]:
    """The data folder of a site: one that does not run, and one that holds its lock and answers on its socket."""
    if request.param == "stopped":
        yield site.paths.data
        return
    control = ControlServer(site, COMMANDS)
    with DataLock(site.paths.data):
        control.start()
        yield site.paths.data
        control.stop()


def add_owner(place: Path) -> None:
    added = homereel("user", "add", "anna", "--role", "owner", "--password-stdin", data=place, given=PASSWORD + "\n")
    assert (added.exit_code, added.output) == (0, "anna can sign in now, as Owner.\n")


def test_people_are_added_listed_and_given_passwords(place: Path, site: Site) -> None:
    add_owner(place)
    again = homereel("user", "add", "Anna", "--role", "member", "--password-stdin", data=place, given=PASSWORD)
    assert again.exit_code == 1
    assert "already" in again.stderr
    assert homereel("user", "list", data=place).output == "anna  owner\n"
    with site.read() as session:
        before = session.exec(select(User)).one().password_hash
    changed = homereel("user", "passwd", "anna", "--password-stdin", data=place, given="other words here")
    assert changed.exit_code == 0
    assert "other words" not in changed.output
    with site.read() as session:
        assert session.exec(select(User)).one().password_hash != before


@pytest.mark.parametrize(("password", "says"), [("short", "8 characters"), ("password", "first ones people guess"), ("", "8 characters")])
def test_a_weak_password_is_refused_in_a_sentence(site: Site, password: str, says: str) -> None:
    refused = homereel("user", "add", "ben", "--role", "member", "--password-stdin", data=site.paths.data, given=password)
    assert refused.exit_code == 1
    assert says in refused.stderr
    assert "Traceback" not in refused.output


def test_a_token_is_printed_once_and_kept_hashed(place: Path, site: Site) -> None:
    assert "no owner" in homereel("token", "create", "ci", "--scope", "read", data=place).stderr
    add_owner(place)
    made = homereel("token", "create", "ci", "--scope", "read,upload", "--expires", "7", data=place)
    assert made.exit_code == 0
    secret = made.output.strip()
    assert re.fullmatch(r"homereel_\S{43}", secret)
    with site.read() as session:
        token = session.exec(select(ApiToken)).one()
    assert (token.name, token.scopes) == ("ci", "read,upload")
    assert secret not in repr(token)
    assert homereel("token", "create", "ci", "--scope", "everything", data=place).exit_code == 1


def test_files_are_brought_in_with_a_line_each(place: Path, site: Site, tmp_path: Path) -> None:
    add_owner(place)
    site.bus.drain()  # the owner's first channel
    folder = tmp_path / "films"
    folder.mkdir()
    shutil.copyfile(clip("h264.mp4"), folder / "Holiday.mp4")
    (folder / "notes.txt").write_text("no film")
    brought = homereel("import", str(folder), data=place)
    assert brought.exit_code == 0, brought.output
    assert "1/2" in brought.output
    assert "brought in: Holiday" in brought.output
    assert "left alone" in brought.output
    assert (folder / "Holiday.mp4").exists()
    nowhere = homereel("import", str(folder), "--channel", "nobody", data=place)
    assert (nowhere.exit_code, nowhere.stderr) == (1, "There is no channel “nobody”.\n")


def test_index_and_check_by_command(place: Path, site: Site) -> None:
    checked = homereel("check", data=place)
    assert checked.exit_code == 1
    assert "missing or damaged" in checked.output
    assert homereel("index", "rebuild", data=place).output == "The search index holds 0 videos.\n"
    assert homereel("check", data=place).output == "Database, disk and search index agree.\n"


def test_a_command_makes_no_site_where_there_is_none(tmp_path: Path) -> None:
    for command in (["user", "list"], ["check"], ["index", "rebuild"], ["token", "create", "x", "--scope", "read"]):
        answer = homereel(*command, data=tmp_path / "nothing")
        assert answer.exit_code == 1
        assert "There is no site in" in answer.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_held_without_an_answer_is_said_to_be(site: Site) -> None:
    with DataLock(site.paths.data):
        answer = homereel("user", "list", data=site.paths.data)
    assert answer.exit_code == 1
    assert "cannot be spoken to" in answer.stderr


def test_wrong_arguments_are_exit_code_2(tmp_path: Path) -> None:
    for wrong in (["nonsense"], ["user", "add", "ben"], ["user", "add", "ben", "--role", "king"], ["import"], ["serve", "--port", "x"]):
        assert homereel(*wrong, data=tmp_path if wrong[0] != "nonsense" else None).exit_code == 2
    assert homereel("user", "add", "ben", "--role", "member", data=tmp_path, given="").exit_code == 2  # no terminal to ask at


def test_settings_are_shown_with_their_origin(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    (site.paths.data / "config.toml").write_text('site_name = "The Lindners"\nhosts = ["video.lan"]\n')
    monkeypatch.setenv("HOMEREEL_RUNS", "3")
    with site.write() as session:
        from app.site import set_value

        set_value(session, "default_privacy", "private")
    lines = homereel("config", "show", "--origin", data=site.paths.data).output.splitlines()
    for line in (
        'site_name = "The Lindners"  # config.toml',
        'hosts = ["video.lan"]  # config.toml',
        "runs = 3  # environment",
        'default_privacy = "private"  # admin pages',
        "port = 8080  # default",
    ):
        assert line in lines
    assert homereel("config", "check", data=site.paths.data).exit_code == 0


def test_a_wrong_setting_is_one_line_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "config.toml").write_text("prot = 8080\n")
    for command in (["config", "check"], ["config", "show"], ["serve"], ["user", "list"], ["doctor"]):
        answer = homereel(*command, data=tmp_path)
        assert answer.exit_code == 1
        assert len(answer.stderr.splitlines()) == 1
        assert "prot" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]


def test_doctor_says_what_works_and_what_mends_the_rest(tmp_path: Path) -> None:
    well = homereel("doctor", "--json", data=tmp_path / "data")
    told = json.loads(well.output)
    assert told["ok"] == (well.exit_code == 0)
    assert {"sqlite", "ffmpeg", "data", "space", "memory", "database"} <= {item["name"] for item in told["items"]}
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "site.db").write_bytes(b"not a database at all, but long enough to be looked at" * 20)
    ill = homereel("doctor", data=tmp_path / "data")
    assert ill.exit_code == 1
    assert "✗ Database" in ill.output
    assert "→" in ill.output


def test_help_names_only_what_is_built() -> None:
    listed = re.findall(r"^  (\w+)  ", homereel("--help").output.split("Commands:")[1], re.M)
    assert listed == ["check", "config", "doctor", "import", "index", "serve", "token", "user"]


def test_the_socket_is_for_its_own_user_alone(site: Site) -> None:
    control = ControlServer(site, COMMANDS)
    control.start()
    try:
        assert socket_path(site.paths.data).stat().st_mode & 0o777 == 0o600
    finally:
        control.stop()
    assert not socket_path(site.paths.data).exists()


def test_a_very_deep_data_folder_can_be_spoken_to(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    from app.ops import control

    deep = site.paths.data / ("deep" * 20) / ("er" * 20)
    (deep / "scratch").mkdir(parents=True)
    monkeypatch.setattr(control, "socket_path", lambda _data: deep / "scratch" / "control.sock")
    server = ControlServer(site, COMMANDS)
    server.start()
    said: list[str] = []
    control.call(deep, "index-rebuild", {}, said.append)
    server.stop()
    assert said == ["The search index holds 0 videos."]


def test_the_program_starts_without_what_only_some_commands_need() -> None:
    code = "import sys, app.cli; print([name for name in ('tantivy', 'litestar', 'granian', 'av', 'sqlmodel') if name in sys.modules])"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_a_fault_of_ours_is_a_sentence_too(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise ValueError("this was\nnot meant to be")

    monkeypatch.setitem(COMMANDS, "user-list", fail)
    answer = homereel("user", "list", data=place)
    assert answer.exit_code == 1
    assert answer.stderr.startswith("Something went wrong inside Homereel")
    assert len(answer.stderr.splitlines()) == 1


def test_a_command_ends_when_nobody_listens_any_more(site: Site) -> None:
    ended = threading.Event()

    def talk(_site: Site, _arguments: object, say: Callable[[str], None]) -> None:
        try:
            for _ in range(100_000):
                say("x" * 1000)
        finally:
            ended.set()

    server = ControlServer(site, {"talk": talk})
    server.start()
    with socket.socket(socket.AF_UNIX) as made:
        made.connect(str(socket_path(site.paths.data)))
        made.sendall(b'{"command": "talk", "arguments": {}}\n')
        assert made.recv(10)
    assert ended.wait(10)
    server.stop()

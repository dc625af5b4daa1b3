"""SECURITY AU-1: a site is claimed once, by whoever has its code."""

import stat
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlmodel import select

from app.accounts.first_run import FirstRun, clean_site_name, unclaimed
from app.accounts.models import User
from app.accounts.roles import KEEPER
from app.accounts.service import create_user
from app.accounts.setup_code import keep_code, same_code
from app.errors import HomereelError, Invalid, Missing, NotAllowed, StartError, TooMany
from app.http.viewer import Role
from app.main import build_site
from app.settings import Origins, Settings
from app.site import Site, fact
from app.videos.channels import first_channel

PASSWORD = "three words together"


def door(site: Site) -> FirstRun:
    return site.part(FirstRun)


def claim(site: Site, code: str, name: str = "anna", source: str = "192.168.1.2") -> User:
    return door(site).claim(code=code, username=name, password=PASSWORD, site_name="The Lindners", source=source)


def prepared(site: Site) -> str:
    code = door(site).prepare()
    assert code is not None
    return code


def test_the_code_claims_the_site_and_everything_an_owner_needs_is_there(site: Site) -> None:
    assert unclaimed(site)

    user = claim(site, prepared(site).lower().replace("-", " "))

    assert not unclaimed(site)
    with site.read() as session:
        assert user.role == Role.OWNER
        assert first_channel(session, user.id) is not None
        assert site.value(session, "site_name") == "The Lindners"
        assert site.value(session, "default_privacy") == "members"
        assert fact(session, "claimed_at")


def test_the_code_is_the_same_after_a_restart_and_nobody_else_on_the_machine_can_read_it(site: Site) -> None:
    code = prepared(site)

    assert FirstRun(site, after_claim=lambda *_: None).prepare() == code
    assert stat.S_IMODE(door(site).code_file.stat().st_mode) == 0o600
    assert len(code) == 9
    assert code[4] == "-"


def test_a_damaged_code_file_is_replaced(tmp_path: Path) -> None:
    path = tmp_path / "setup-code"
    path.write_bytes(b"\xff\x00")

    code = keep_code(path)

    assert same_code(path.read_text(), code)
    assert len({keep_code(tmp_path / str(n)) for n in range(50)}) == 50


@pytest.mark.parametrize("wrong", ["", "AAAA-AAAA", "0", "x" * 100_000, "ÄÖÜ-ß"])
def test_without_the_code_nothing_is_claimed(site: Site, wrong: str) -> None:
    prepared(site)

    with pytest.raises(NotAllowed):
        claim(site, wrong)

    assert unclaimed(site)


def test_before_a_code_was_made_an_empty_one_is_no_key(site: Site) -> None:
    with pytest.raises(NotAllowed):
        claim(site, "")


def test_guessing_the_code_ends_after_ten_tries_and_does_not_lock_out_the_keeper(site: Site) -> None:
    code = prepared(site)
    for _ in range(10):
        with pytest.raises(NotAllowed):
            claim(site, "AAAA-AAAA", source="192.168.1.66")
    with pytest.raises(TooMany):
        claim(site, code, source="192.168.1.66")

    assert claim(site, code, source="192.168.1.2").name == "anna"


def test_a_claimed_site_stays_claimed_after_a_restart(site: Site) -> None:
    code = prepared(site)
    claim(site, code)

    with pytest.raises(Missing):
        claim(site, code, "evil")
    later = FirstRun(site, after_claim=lambda *_: None)
    assert later.prepare() is None
    with pytest.raises(Missing):
        later.claim(code=code, username="evil", password=PASSWORD, source="")
    assert not door(site).code_file.exists()


def test_a_site_whose_database_cannot_be_read_counts_as_claimed(site: Site) -> None:
    code = prepared(site)
    site.database.close()
    site.paths.database.write_bytes(b"not a database at all" * 1000)

    assert not unclaimed(site)
    with pytest.raises(Missing):
        claim(site, code)


def test_a_site_that_lost_its_config_and_its_database_does_not_start_as_a_new_one(site: Site, data: Path) -> None:
    claim(site, prepared(site))
    site.database.close()
    (data / "config.toml").unlink(missing_ok=True)
    for path in data.glob("site.db*"):
        path.unlink()

    with pytest.raises(StartError):
        build_site(Settings(data=data))


def test_an_administrator_made_at_the_command_line_claims_the_site_too(site: Site) -> None:
    code = prepared(site)
    with site.write() as session:
        create_user(session, by=KEEPER, name="ben", role=Role.ADMIN, password_hash="", now=site.now())

    assert not unclaimed(site)
    with pytest.raises(Missing):
        claim(site, code)


def test_of_fifty_who_claim_at_once_one_becomes_the_owner(site: Site) -> None:
    code = prepared(site)
    won: list[str] = []
    lost: list[Exception] = []
    ready = threading.Barrier(50)

    def race(name: str) -> None:
        ready.wait()
        try:
            won.append(claim(site, code, name).name)
        except HomereelError as error:
            lost.append(error)

    run_all([lambda n=n: race(f"racer {n}") for n in range(50)])

    assert len(won) == 1
    assert {type(error) for error in lost} == {Missing}
    with site.read() as session:
        assert session.exec(select(User.name).where(User.role == Role.OWNER)).all() == won


def test_doors_of_two_processes_do_not_both_open(site: Site) -> None:
    code = prepared(site)
    doors = [FirstRun(site, after_claim=lambda *_: None) for _ in range(4)]
    ready = threading.Barrier(len(doors))
    ends: list[type] = []

    def race(number: int) -> None:
        doors[number].prepare()
        ready.wait()
        try:
            ends.append(type(doors[number].claim(code=code, username=f"racer {number}", password=PASSWORD, source="")))
        except HomereelError as error:
            ends.append(type(error))

    run_all([lambda n=n: race(n) for n in range(len(doors))])

    assert sorted(end.__name__ for end in ends) == ["Missing", "Missing", "Missing", "User"]


def run_all(acts: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=act) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.parametrize(("name", "password"), [("", PASSWORD), ("anna", "short"), ("anna", "password1"), ("a\u202eb", PASSWORD)])
def test_an_owner_needs_a_name_and_a_password_that_will_do(site: Site, name: str, password: str) -> None:
    code = prepared(site)

    with pytest.raises(Invalid):
        door(site).claim(code=code, username=name, password=password, source="")

    assert unclaimed(site)


def test_a_name_of_the_site_that_is_set_outside_is_left_alone(site: Site) -> None:
    site.origins = Origins({"site_name": "config.toml"})
    claim(site, prepared(site))

    with site.read() as session:
        assert site.value(session, "site_name") == "Homereel"


@pytest.mark.parametrize(("typed", "name"), [(" The  Lindners\n", "The Lindners"), ("Kino\u202e 7", "Kino 7")])
def test_the_name_of_the_site_is_one_tidy_line(typed: str, name: str) -> None:
    assert clean_site_name(typed) == name


@pytest.mark.parametrize("typed", ["", " \n", "x" * 61])
def test_a_site_needs_a_name_of_at_most_sixty_characters(typed: str) -> None:
    with pytest.raises(Invalid):
        clean_site_name(typed)

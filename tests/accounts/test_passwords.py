"""SECURITY AU-5 and AU-6: which passwords are taken, and how they are kept."""

import threading
import time
import unicodedata

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.low_level import Type

from app.accounts.passwords import Passwords, common_passwords, refuse_weak
from app.errors import Invalid


@pytest.fixture
def quick() -> Passwords:
    return Passwords(time_cost=1, memory_kib=64)


def test_a_password_is_kept_as_argon2id_at_least_as_costly_as_owasp_asks() -> None:
    kept = Passwords().new_hash("correct horse battery")

    found = extract_parameters(kept)
    assert found.type is Type.ID
    assert found.memory_cost >= 19 * 1024
    assert found.time_cost >= 2
    assert "correct" not in kept


def test_the_right_password_is_right_and_any_other_is_wrong(quick: Passwords) -> None:
    kept = quick.new_hash("correct horse battery")

    assert quick.verify(kept, "correct horse battery")
    assert not quick.verify(kept, "correct horse batterz")
    assert not quick.verify(kept, "")


@pytest.mark.parametrize(
    "password",
    ["a b c d e", "пароль без слов", "日本語のパスワード", "🔑🔑🔑🔒🔒🔒🗝🗝", "x" * 30 + "y" * 34, "null\x00byte!", "'\"<>&;--%s"],
)
def test_any_characters_make_a_password_and_sixty_four_of_them_do(quick: Passwords, password: str) -> None:
    assert quick.verify(quick.new_hash(password), password)


def test_a_password_typed_on_another_keyboard_is_the_same(quick: Passwords) -> None:
    kept = quick.new_hash(unicodedata.normalize("NFC", "Gemüsegärtner"))

    assert quick.verify(kept, unicodedata.normalize("NFD", "Gemüsegärtner"))


@pytest.mark.parametrize("weak", ["short", "1234567", "password", "PassWord", "iloveyou", "qwertyuiop", "aaaaaaaaaaaa", "grandma rose"])
def test_what_people_guess_first_is_refused_with_a_reason(weak: str) -> None:
    with pytest.raises(Invalid) as refused:
        refuse_weak(weak, "Grandma Rose")

    assert refused.value.fields == {"password": str(refused.value)}


def test_the_list_of_what_people_guess_holds_the_first_three_thousand_that_are_long_enough() -> None:
    assert len(common_passwords()) == 3000
    assert all(len(word) >= 8 and word == word.casefold() for word in common_passwords())


@pytest.mark.parametrize("act", ["new", "verify"])
def test_a_password_of_a_megabyte_costs_less_than_fifty_milliseconds(act: str) -> None:
    passwords, huge = Passwords(), "ä" * 1_000_000
    common_passwords()
    began = time.perf_counter()

    with pytest.raises(Invalid, match="256"):
        passwords.new_hash(huge) if act == "new" else passwords.verify("", huge)

    assert time.perf_counter() - began < 0.05
    assert passwords.hashings == 0


def test_the_same_work_is_done_for_accounts_that_do_not_exist(quick: Passwords) -> None:
    kept = quick.new_hash("correct horse battery")

    def work(against: str) -> int:
        before = quick.hashings
        assert not quick.verify(against, "a wrong password")
        return quick.hashings - before

    assert work(kept) == work("") == work("not a hash") == 1


def test_nobody_can_sign_in_with_the_password_that_stands_for_nobody(quick: Passwords) -> None:
    assert not quick.verify("", "nobody has this password")


def test_a_hash_of_older_parameters_is_known_as_outdated(quick: Passwords) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=32, parallelism=1).hash("correct horse battery")

    assert quick.verify(old, "correct horse battery")
    assert quick.outdated(old)
    assert not quick.outdated(quick.rehash("correct horse battery"))


def test_a_crowd_at_the_door_is_served_two_at_a_time(quick: Passwords) -> None:
    kept = quick.new_hash("correct horse battery")
    right: list[bool] = []
    crowd = [threading.Thread(target=lambda: right.append(quick.verify(kept, "correct horse battery"))) for _ in range(20)]

    for one in crowd:
        one.start()
    for one in crowd:
        one.join()

    assert right == [True] * 20
    assert quick.hashings == 21

"""RELIABILITY R-17, decided without a disk: what is missing changes nothing."""

from pathlib import PurePath

from app.ingest.folder_looks import Seen
from app.ingest.folder_sweep import ANOTHER_DISK, EMPTIED, MANY_GONE, Known, plan_sweep
from app.ingest.models import EntryState

BIG = 200_000


def seen(size: int = BIG, modified: int = 1, kind: str = "") -> Seen:
    return Seen(size, modified, 1, "1:1", kind)


def indexed(count: int, state: str = EntryState.DONE) -> dict[PurePath, Known]:
    return {PurePath(f"{n}.mp4"): Known(f"e{n}", BIG, 1, state, f"o{n}") for n in range(count)}


def there(*numbers: int) -> dict[PurePath, Seen]:
    return {PurePath(f"{n}.mp4"): seen() for n in numbers}


def test_what_is_known_and_unchanged_is_not_looked_at_again() -> None:
    plan = plan_sweep(there(0, 1), indexed(2), in_place=True)
    assert (plan.look_at, plan.gone, plan.fault) == ((), (), "")


def test_new_and_changed_files_are_waited_for() -> None:
    plan = plan_sweep({PurePath("0.mp4"): seen(modified=2), PurePath("new.mp4"): seen()}, indexed(1), in_place=True)
    assert set(plan.look_at) == {PurePath("0.mp4"), PurePath("new.mp4")}


def test_an_empty_folder_that_held_films_changes_nothing() -> None:
    plan = plan_sweep({}, indexed(2), in_place=True)
    assert (plan.fault, plan.gone) == (EMPTIED, ())


def test_another_disk_without_any_known_film_changes_nothing() -> None:
    plan = plan_sweep({PurePath("x.mp4"): seen()}, indexed(2), in_place=True, same_disk=False)
    assert (plan.fault, plan.gone, plan.look_at) == (ANOTHER_DISK, (), ())


def test_another_id_of_the_disk_with_known_films_is_the_same_disk() -> None:
    assert plan_sweep(there(0, 1), indexed(2), in_place=True, same_disk=False).fault == ""


def test_a_few_films_may_go() -> None:
    assert plan_sweep(there(*range(3, 30)), indexed(30), in_place=True).gone == ("e0", "e1", "e2")


def test_many_at_once_are_believed_only_at_the_second_look() -> None:
    first = plan_sweep(there(*range(10)), indexed(20), in_place=True)
    assert (first.fault, first.gone) == (MANY_GONE, ())
    second = plan_sweep(there(*range(10)), indexed(20), in_place=True, gone_before=frozenset(f"e{n}" for n in range(10, 20)))
    assert (second.fault, len(second.gone)) == ("", 10)


def test_what_came_back_is_found_again() -> None:
    assert plan_sweep(there(0), indexed(1, EntryState.MISSING), in_place=True).back == ("e0",)


def test_a_source_that_was_copied_may_go_without_a_word() -> None:
    plan = plan_sweep({}, indexed(50), in_place=False)
    assert (plan.fault, plan.gone) == ("", ())


def test_links_and_special_files_are_listed() -> None:
    plan = plan_sweep({PurePath("a.mp4"): seen(kind="link"), PurePath("b.mp4"): seen(kind="special")}, {}, in_place=False)
    assert [why.split()[-1] for _, _, why in plan.skip] == ["followed.", "file."]


def test_what_was_listed_is_not_listed_again() -> None:
    known = {PurePath("a.txt"): Known("e", BIG, 1, EntryState.SKIPPED)}
    assert plan_sweep({PurePath("a.txt"): seen()}, known, in_place=False).skip == ()

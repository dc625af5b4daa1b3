"""Everything that code in a child's place would try is refused: by all layers together, by each alone, as root and without rights."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from app.children.layers import find_bubblewrap, find_layers
from app.children.sandbox import NONE, Layers
from tests.children.victim import Outcome, let_loose, let_loose_as_nobody

Attack = Callable[[Layers], Outcome]
ALLOWED = {"may_read_its_input", "may_write_in_its_folder", "may_have_threads"}
READING = {
    "read_the_database", "read_a_secret", "read_another_film", "list_the_data_folder", "read_the_passwords_of_the_machine",
    "follow_a_planted_link", "open_the_memory_of_the_server", "read_the_environment_of_the_server",
}  # fmt: skip
WRITING = {
    "write_outside", "write_beside_the_input", "change_the_input", "remove_another_film", "move_a_file_out", "empty_the_input",
    "shorten_the_input", "make_a_hard_link_out", "make_a_hard_link_in",
}  # fmt: skip
LEFT_BEHIND = {"make_a_link_for_the_server", "make_a_pipe_for_the_server"}
RIGHTS = {"take_the_rights_off_the_database", "change_a_date"}
TCP = {"connect", "connect_by_ipv6"}
NETWORK = TCP | {"send_a_datagram", "listen", "speak_to_the_control_socket", "speak_to_an_abstract_socket", "ask_the_kernel_by_netlink"}
PROCESSES = {
    "fork", "start_a_program", "kill_the_server", "stop_all_processes_of_its_user", "trace_the_server", "read_the_memory_of_the_server",
    "limit_the_server", "slow_the_server_down", "outlive_the_server",
}  # fmt: skip
KERNEL = {"be_root_in_a_place_of_its_own", "mount", "use_io_uring", "load_a_bpf_program", "use_keys", "watch_performance"}
LIMITS = {"eat_memory", "fill_the_disk"}

needs_landlock = pytest.mark.skipif(find_layers().landlock < 6, reason="this kernel's Landlock is older than what is shown here")
needs_seccomp = pytest.mark.skipif(not find_layers().seccomp, reason="no filter on system calls here")
needs_bubblewrap = pytest.mark.skipif(not find_bubblewrap(), reason="bubblewrap is not installed, or cannot work here")
as_anybody = pytest.mark.parametrize("attack", [cache(let_loose), cache(let_loose_as_nobody)], ids=["as ourselves", "without rights"])


def succeeded(outcome: Outcome) -> set[str]:
    return {name for name, what in outcome.items() if what == "done"}


@needs_landlock
@needs_seccomp
@as_anybody
def test_all_layers_together_leave_a_child_its_input_its_folder_and_its_threads(attack: Attack) -> None:
    outcome = attack(find_layers())

    assert succeeded(outcome) == ALLOWED
    assert outcome["what changed"] == ""


@needs_landlock
@as_anybody
def test_landlock_alone_closes_files_tcp_and_other_processes(attack: Attack) -> None:
    outcome = attack(replace(find_layers(), seccomp=False))
    beyond = {"kill_the_server", "trace_the_server", "read_the_memory_of_the_server", "speak_to_an_abstract_socket", "run_what_it_wrote"}

    assert succeeded(outcome).isdisjoint(READING | WRITING | LEFT_BEHIND | TCP | LIMITS | beyond)
    assert succeeded(outcome) >= ALLOWED
    assert outcome["what changed"] == ""


@needs_seccomp
@as_anybody
def test_the_filter_alone_closes_the_network_processes_and_the_kernel(attack: Attack) -> None:
    outcome = attack(Layers(seccomp=True))
    marks = {"empty_the_input", "shorten_the_input", "make_a_hard_link_out", "make_a_hard_link_in"}

    assert succeeded(outcome).isdisjoint(NETWORK | PROCESSES | KERNEL | RIGHTS | LEFT_BEHIND | LIMITS | marks)
    assert succeeded(outcome) >= ALLOWED


@needs_bubblewrap
@as_anybody
def test_bubblewrap_alone_shows_a_child_nothing_else(attack: Attack) -> None:
    outcome = attack(Layers(bubblewrap=find_bubblewrap()))
    seen = {"kill_the_server", "trace_the_server", "read_the_memory_of_the_server", "limit_the_server"}

    assert succeeded(outcome).isdisjoint(READING | RIGHTS | TCP | LIMITS | seen | {"change_the_input", "speak_to_the_control_socket"})
    assert succeeded(outcome) >= ALLOWED
    assert outcome["what changed"] == ""


@needs_bubblewrap
@needs_seccomp
@as_anybody
def test_bubblewrap_and_the_filter_do_what_landlock_and_the_filter_do(attack: Attack) -> None:
    outcome = attack(Layers(bubblewrap=find_bubblewrap(), seccomp=True))

    assert succeeded(outcome) - {"write_outside", "write_beside_the_input"} == ALLOWED  # those two land in a place that vanishes
    assert outcome["what changed"] == ""


@as_anybody
def test_limits_hold_where_nothing_else_is(attack: Attack) -> None:
    assert succeeded(attack(NONE)).isdisjoint(LIMITS)


def test_without_layers_the_attempts_succeed() -> None:
    """Otherwise the tests above would show nothing."""
    outcome = let_loose_as_nobody(NONE)
    worked = {"read_the_database", "read_a_secret", "read_another_film", "write_outside", "change_the_input", "empty_the_input"}

    assert succeeded(outcome) >= ALLOWED | worked | RIGHTS | LEFT_BEHIND | {"connect", "send_a_datagram", "fork", "kill_the_server"}
    assert "data/planted" in outcome["what changed"]

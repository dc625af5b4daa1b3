"""Facts follow the commit: told once it holds, also after a crash in between; never when it was undone."""

from dataclasses import dataclass

import pytest
from sqlalchemy import text
from sqlmodel import select

from app.errors import NoSpace, Unavailable
from app.events import Bus, OutboxRow, event, record
from app.site import Site, set_value


@event
@dataclass(frozen=True)
class BellRang:
    times: int


class Ear:
    """Hears facts; deaf or failing for as long as a test wants."""

    def __init__(self, site: Site, fault: Exception | None = None) -> None:
        self.heard: list[int] = []
        self.fault = fault
        site.bus.subscribe(BellRang, self.hear)

    def hear(self, _site: Site, fact: BellRang) -> None:
        if self.fault:
            raise self.fault
        self.heard.append(fact.times)


def ring(site: Site, *times: int) -> None:
    with site.write() as session:
        for each in times:
            record(session, BellRang(each))


def waiting(site: Site) -> int:
    with site.read() as session:
        return len(session.exec(select(OutboxRow)).all())


def test_a_fact_is_told_after_the_commit_and_not_before(site: Site) -> None:
    ear = Ear(site)
    with site.write() as session:
        record(session, BellRang(1))
        site.bus.drain()
        assert ear.heard == []

    site.bus.drain()

    assert ear.heard == [1]
    assert waiting(site) == 0


def test_what_was_undone_is_never_told(site: Site) -> None:
    ear = Ear(site)
    with pytest.raises(ZeroDivisionError), site.write() as session:
        record(session, BellRang(1))
        raise ZeroDivisionError

    site.bus.drain()

    assert ear.heard == []


def test_facts_are_told_in_the_order_of_their_commits(site: Site) -> None:
    ear = Ear(site)
    ring(site, *range(500))
    ring(site, 500)

    assert site.bus.drain() >= 501

    assert ear.heard == list(range(501))


def test_after_a_crash_before_the_telling_they_are_told_at_the_next_start(site: Site) -> None:
    ring(site, 1, 2)

    again = Bus(site.database)  # as a new process has it
    heard: list[int] = []
    again.subscribe(BellRang, lambda _site, fact: heard.append(fact.times))
    again.drain()

    assert heard == [1, 2]


def test_the_thread_of_the_bus_tells_by_itself(site: Site) -> None:
    ear = Ear(site)
    ring(site, 1)
    site.bus.start()
    ring(site, 2)
    site.bus.stop()
    site.bus.drain()

    assert ear.heard == [1, 2]


def test_a_reaction_that_fails_harms_nobody(site: Site) -> None:
    broken, ear = Ear(site, fault=ZeroDivisionError()), Ear(site)
    ring(site, 1)

    site.bus.drain()

    assert (broken.heard, ear.heard) == ([], [1])
    assert waiting(site) == 0


@pytest.mark.parametrize("fault", [NoSpace("The disk is full."), Unavailable("Busy.")])
def test_a_reaction_that_met_a_full_disk_is_told_again(site: Site, fault: Exception) -> None:
    ear = Ear(site, fault)
    ring(site, 1, 2)
    with pytest.raises(Unavailable):
        site.bus.drain()
    assert waiting(site) == 2

    ear.fault = None
    site.bus.drain()

    assert ear.heard == [1, 2]
    assert waiting(site) == 0


def test_a_fact_that_nobody_can_read_any_more_holds_up_no_others(site: Site) -> None:
    ear = Ear(site)
    with site.write() as session:
        session.add(OutboxRow(kind="BellRang", payload='{"times": "many"}'))
        session.add(OutboxRow(kind="FromAPluginThatIsGone", payload="{}"))
    ring(site, 1)

    site.bus.drain()

    assert ear.heard == [1]
    assert waiting(site) == 0


def test_a_reaction_may_write_and_record(site: Site) -> None:
    ear = Ear(site)

    def answer(site: Site, fact: BellRang) -> None:
        if fact.times < 3:
            with site.write() as session:
                set_value(session, "answered", fact.times)
                record(session, BellRang(fact.times + 1))

    site.bus.subscribe(BellRang, answer)
    ring(site, 1)

    site.bus.drain()

    assert ear.heard == [1, 2, 3]


def test_a_transient_fact_is_told_now_and_never_kept(site: Site) -> None:
    ear = Ear(site)

    site.bus.announce(BellRang(1))

    assert ear.heard == [1]
    assert waiting(site) == 0


def test_what_is_not_an_event_cannot_be_recorded(site: Site) -> None:
    @dataclass(frozen=True)
    class Unknown:
        pass

    with pytest.raises(AssertionError, match="not decorated"), site.write() as session:
        record(session, Unknown())
    with site.read() as session:
        assert session.execute(text("SELECT count(*) FROM outbox")).scalar() == 0

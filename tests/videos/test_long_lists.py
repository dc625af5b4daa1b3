"""Lists of 100 000 videos cost what short ones do (PERFORMANCE P5): the database reads a page of them in order, and no more."""

from collections.abc import Callable

from sqlalchemy import event
from sqlalchemy.dialects import sqlite
from sqlalchemy.orm import ORMExecuteState
from sqlmodel import Session

from app.site import Site
from app.videos import views
from tests.videos.library import Library


def test_lists_are_read_in_their_order_and_never_gathered_and_sorted(site: Site, library: Library) -> None:
    """Of 100 000 videos, the newest two dozen are a few steps away: with an index for each alternative it took a second and more."""
    viewer, video = library.person("anna").viewer(site), library.ready()
    with site.read() as session:
        row = views.video_row(session, viewer, video.id)
        assert row is not None
        plans: list[str] = []
        for call in (
            lambda: views.listed(session, viewer, shelf=True),
            lambda: views.listed(session, viewer, channel=library.channel(video.channel_id).handle),
            lambda: views.kept(session, viewer, trashed=False),
            lambda: views.up_next(session, viewer, row),
        ):
            for statement in asked(session, call):
                plans += [str(step[3]) for step in session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}")]
    assert any("videos" in plan for plan in plans)
    assert [plan for plan in plans if "TEMP B-TREE" in plan or "MULTI-INDEX" in plan] == []


def asked(session: Session, call: Callable[[], object]) -> list[str]:
    """The SQL of what was asked of the table of videos, with its values in it."""
    found: list[str] = []

    def note(state: ORMExecuteState) -> None:
        text = str(state.statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
        if "FROM videos" in text:
            found.append(text)

    event.listen(session, "do_orm_execute", note)
    call()
    event.remove(session, "do_orm_execute", note)
    return found

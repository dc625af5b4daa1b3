"""The one rule: its function, its SQL and the index's filter agree, and say what ARCHITECTURE says (SECURITY AZ-1)."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlmodel import Session, create_engine, select

from app.http.viewer import ANONYMOUS, Role, Scope, Viewer
from app.videos.access import Act, clauses
from app.videos.models import Privacy, State, Video

CHANNELS = ("mine", "ours", "theirs")
WHO = {
    "anonymous": ANONYMOUS,
    "disabled": ANONYMOUS,  # nobody's session is theirs any more: see accounts.identify
    "member": Viewer(user_id="m", profile_id="m", role=Role.MEMBER),
    "creator-owner": Viewer(user_id="o", profile_id="o", role=Role.CREATOR, edits=frozenset({"mine"})),
    "co-editor": Viewer(user_id="e", profile_id="e", role=Role.MEMBER, edits=frozenset({"mine", "ours"})),
    "other creator": Viewer(user_id="c", profile_id="c", role=Role.CREATOR, edits=frozenset({"theirs"})),
    "moderator": Viewer(user_id="d", profile_id="d", role=Role.MODERATOR),
    "admin": Viewer(user_id="a", profile_id="a", role=Role.ADMIN),
}
KEEPERS = ("creator-owner", "co-editor")
CASES = {
    "processing": {"state": State.PROCESSING, "playable": False},
    "playable": {"state": State.PROCESSING, "playable": True},
    "ready": {"state": State.READY, "playable": True},
    "blocked": {"state": State.READY, "playable": True, "blocked": True},
    "trashed": {"state": State.READY, "playable": True, "trashed": True},
}


def a_video(**fields: object) -> Video:
    return Video(**{"owner_id": "o", "channel_id": "mine", "title": "x", "created_at": "2026", **fields})  # type: ignore[arg-type]


def expected(who: str, privacy: Privacy, case: str, act: Act) -> bool:
    """ARCHITECTURE and SECURITY, in words of their own."""
    keeper = who in KEEPERS
    if act is Act.EDIT:
        return keeper
    if case in ("blocked", "trashed"):
        return False
    if keeper:
        return True
    if case == "processing":
        return False
    if privacy is Privacy.PUBLIC:
        return True
    if privacy is Privacy.UNLISTED:
        return act is Act.WATCH
    return privacy is Privacy.MEMBERS and who not in ("anonymous", "disabled")


@pytest.mark.parametrize("who", WHO)
def test_everybody_may_do_what_the_table_says_and_no_more(who: str) -> None:
    for privacy, case, act in product(Privacy, CASES, Act):
        video = a_video(privacy=privacy, **CASES[case])
        assert clauses(WHO[who], act).allows(video) is expected(who, privacy, case, act), (privacy, case, act)


@pytest.mark.parametrize(
    ("scopes", "acts"),
    [
        ({Scope.READ}, {Act.WATCH, Act.LIST}),
        ({Scope.MANAGE}, {Act.EDIT}),
        ({Scope.UPLOAD}, set()),
        ({Scope.READ, Scope.MANAGE}, set(Act)),
    ],
)
def test_a_token_may_do_no_more_than_its_scopes(scopes: set[Scope], acts: set[Act]) -> None:
    viewer = Viewer(user_id="o", profile_id="o", role=Role.CREATOR, scopes=frozenset(scopes), edits=frozenset({"mine"}))
    video = a_video(state=State.READY, playable=True, privacy=Privacy.PUBLIC)
    assert {act for act in Act if clauses(viewer, act).allows(video)} == acts


videos = st.builds(
    a_video,
    channel_id=st.sampled_from(CHANNELS),
    privacy=st.sampled_from([*Privacy, "audiences", ""]),
    state=st.sampled_from(list(State)),
    playable=st.booleans(),
    blocked=st.booleans(),
    trashed=st.booleans(),
)
viewers = st.one_of(
    st.just(ANONYMOUS),
    st.builds(
        Viewer,
        user_id=st.just("u"),
        profile_id=st.just("p"),
        role=st.sampled_from(Role),
        scopes=st.one_of(st.none(), st.frozensets(st.sampled_from(Scope))),
        edits=st.frozensets(st.sampled_from(CHANNELS)),
    ),
)
INDEXED = frozenset({"channel_id", "privacy", "playable", "blocked"})  # what the search index knows


@pytest.fixture(scope="module")
def table() -> Session:
    engine = create_engine("sqlite://")
    Video.__table__.create(engine)  # type: ignore[attr-defined]
    return Session(engine)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shelf=st.lists(videos, max_size=12), viewer=viewers, act=st.sampled_from(Act))
def test_the_function_the_sql_and_the_filter_of_the_index_agree(table: Session, shelf: list[Video], viewer: Viewer, act: Act) -> None:
    rule = clauses(viewer, act)
    table.add_all(shelf)
    table.flush()
    by_function = {video.id for video in shelf if rule.allows(video)}
    by_sql = set(table.exec(select(Video.id).where(rule.sql())))
    superset = rule.superset(INDEXED)
    by_index = {v.id for v in shelf if any(all(getattr(v, name) in values for name, values in clause.items()) for clause in superset)}
    table.rollback()

    assert by_sql == by_function
    assert by_index >= by_function


def test_who_may_edit_may_also_watch_what_is_there() -> None:
    for who, privacy in product(KEEPERS, Privacy):
        assert clauses(WHO[who], Act.WATCH).allows(a_video(privacy=privacy, state=State.FAILED))

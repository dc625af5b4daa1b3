"""People are made, changed and switched off."""

import pytest
from sqlmodel import select

from app.accounts import service
from app.accounts.events import SessionsEnded, UserChanged, UserCreated
from app.accounts.models import Profile, SignIn, User
from app.accounts.roles import KEEPER, Actor
from app.errors import Conflict, Invalid, Missing, NotAllowed
from app.http.viewer import Role
from app.site import Site
from tests.accounts.people import again, person, signed_in
from tests.conftest import settle


def told(site: Site, kind: type) -> list[object]:
    heard: list[object] = []
    site.bus.subscribe(kind, lambda _site, fact: heard.append(fact))
    return heard


def test_a_new_person_has_one_profile_and_is_told_of(site: Site) -> None:
    heard = told(site, UserCreated)

    anna = person(site, " Anna ")
    settle(site)

    assert heard == [UserCreated(anna.id)]
    with site.read() as session:
        assert service.profile_of(session, anna.id).name == "Anna"
        found = service.find_user(session, "ANNA")
        assert found is not None
        assert found.id == anna.id
        assert service.get_user(session, anna.public_id).name == "Anna"


def test_two_people_cannot_have_names_that_look_the_same(site: Site) -> None:
    person(site, "Anna")

    with pytest.raises(Invalid, match="already"):
        person(site, "ａNNA")


def test_nobody_is_missing(site: Site) -> None:
    with site.read() as session, pytest.raises(Missing):
        service.get_user(session, "nobody")


def test_another_role_ends_every_session_and_is_told_of(site: Site) -> None:
    person(site, "anna", Role.OWNER)
    ben = person(site, "ben")
    signed_in(site, ben)
    signed_in(site, ben, "A television")
    changed, ended = told(site, UserChanged), told(site, SessionsEnded)

    with site.write() as session:
        service.change_role(session, again(session, ben), Role.CREATOR, by=KEEPER)
    settle(site)

    assert changed == [UserChanged(ben.id)]
    assert [len(fact.session_ids) for fact in ended if isinstance(fact, SessionsEnded)] == [2]
    with site.read() as session:
        assert again(session, ben).role == Role.CREATOR
        assert not session.exec(select(SignIn)).all()


def test_the_same_role_again_disturbs_nobody(site: Site) -> None:
    ben = person(site, "ben")
    signed_in(site, ben)

    with site.write() as session:
        service.change_role(session, again(session, ben), Role.MEMBER, by=KEEPER)

    with site.read() as session:
        assert session.exec(select(SignIn)).all()


@pytest.mark.parametrize("act", ["demote", "disable"])
def test_the_last_owner_can_neither_be_demoted_nor_switched_off(site: Site, act: str) -> None:
    anna, other = person(site, "anna", Role.OWNER), person(site, "other", Role.OWNER)

    def go(user: User) -> None:
        with site.write() as session:
            if act == "demote":
                service.change_role(session, again(session, user), Role.MEMBER, by=KEEPER)
            else:
                service.disable(session, again(session, user), by=KEEPER)

    go(other)
    with pytest.raises(Conflict, match="last owner"):
        go(anna)


def test_an_administrator_cannot_touch_an_owner_in_any_way(site: Site) -> None:
    anna, ben = person(site, "anna", Role.OWNER), person(site, "ben", Role.ADMIN)
    by = Actor(ben.id, Role.ADMIN)

    for act in (
        lambda session: service.change_role(session, again(session, anna), Role.MEMBER, by=by),
        lambda session: service.disable(session, again(session, anna), by=by),
        lambda session: service.enable(session, again(session, anna), by=by),
        lambda session: service.reset_password(session, again(session, anna), "x", by=by, now=site.now()),
        lambda session: service.change_role(session, again(session, ben), Role.OWNER, by=by),
    ):
        with pytest.raises(NotAllowed), site.write() as session:
            act(session)


def test_nobody_switches_off_their_own_account(site: Site) -> None:
    anna = person(site, "anna", Role.OWNER)

    with pytest.raises(Conflict, match="your own"), site.write() as session:
        service.disable(session, again(session, anna), by=Actor(anna.id, Role.OWNER))


def test_a_new_password_signs_out_everywhere(site: Site) -> None:
    ben = person(site, "ben")
    signed_in(site, ben)

    with site.write() as session:
        service.reset_password(session, again(session, ben), "another", by=KEEPER, now=site.now())

    with site.read() as session:
        assert again(session, ben).password_hash == "another"
        assert not session.exec(select(SignIn)).all()


def test_a_token_cannot_set_passwords(site: Site) -> None:
    anna, ben = person(site, "anna", Role.OWNER), person(site, "ben")

    with pytest.raises(NotAllowed), site.write() as session:
        service.reset_password(session, again(session, ben), "x", by=Actor(anna.id, Role.OWNER, by_token=True), now=site.now())


def test_a_name_to_be_shown_can_be_set_and_taken_back(site: Site) -> None:
    ben = person(site, "ben")

    for typed, shown in ((" Uncle  Ben ", "Uncle Ben"), ("", "ben")):
        with site.write() as session:
            service.rename(session, again(session, ben), typed)
        with site.read() as session:
            assert session.exec(select(Profile.name)).one() == shown
    with pytest.raises(Invalid), site.write() as session:
        service.rename(session, again(session, ben), "Ben\u202e")


def test_only_themes_that_exist_can_be_chosen(site: Site) -> None:
    ben = person(site, "ben")
    with site.write() as session:
        profile = service.profile_of(session, ben.id)
        service.choose_theme(session, profile.id, "black")
        with pytest.raises(Invalid):
            service.choose_theme(session, profile.id, "pink")
        assert profile.theme == "black"

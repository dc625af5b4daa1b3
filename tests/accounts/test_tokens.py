"""SECURITY AU-11: tokens are scoped, hashed and shown once."""

from itertools import chain, combinations

import pytest

from app.accounts.roles import scopes_of
from app.accounts.tokens import create_token, revoke_token, tokens_of
from app.errors import Invalid, Missing, NotAllowed
from app.http.viewer import Role, Scope
from app.site import Site
from tests.accounts.people import again, person

ALL = sorted(Scope)
SUBSETS = list(chain.from_iterable(combinations(ALL, size) for size in range(1, len(ALL) + 1)))


@pytest.mark.parametrize("role", list(Role))
def test_of_all_sets_of_scopes_a_role_can_give_a_token_those_it_reaches_itself(site: Site, role: Role) -> None:
    user = person(site, "ben", role)
    for scopes in SUBSETS:
        with site.write() as session:
            if set(scopes) <= scopes_of(role):
                token, _ = create_token(session, again(session, user), name="script", scopes=scopes, now=site.clock())
                assert token.scopes.split(",") == sorted(scopes)
            else:
                with pytest.raises(NotAllowed):
                    create_token(session, again(session, user), name="script", scopes=scopes, now=site.clock())


def test_the_secret_of_a_token_is_nowhere_on_the_disk(site: Site) -> None:
    user = person(site, "ben")
    with site.write() as session:
        _, secret = create_token(session, again(session, user), name="script", scopes=["read"], now=site.clock())

    site.database.checkpoint()
    assert secret.removeprefix("homereel_").encode() not in site.paths.database.read_bytes()
    assert len(secret) > 43


@pytest.mark.parametrize(
    ("change"), [{"name": ""}, {"name": "a\u202eb"}, {"scopes": []}, {"scopes": ["all"]}, {"days": 0}, {"days": 10**9}]
)
def test_what_makes_no_token_is_said(site: Site, change: dict[str, object]) -> None:
    user = person(site, "ben")
    given = {"name": "script", "scopes": ["read"], "days": None} | change

    with pytest.raises(Invalid) as refused, site.write() as session:
        create_token(session, again(session, user), now=site.clock(), **given)  # type: ignore[arg-type]

    assert list(refused.value.fields) == list(change)


def test_people_delete_their_own_tokens_and_nobody_elses(site: Site) -> None:
    ben, carl = person(site, "ben"), person(site, "carl")
    with site.write() as session:
        token, _ = create_token(session, again(session, ben), name="script", scopes=["read"], now=site.clock())

    with pytest.raises(Missing), site.write() as session:
        revoke_token(session, carl.id, token.public_id)
    with site.write() as session:
        revoke_token(session, ben.id, token.public_id)
        assert not tokens_of(session, ben.id)

"""What happens to people and their devices, past tense. Ids only: whoever hears of it reads the row anew."""

from dataclasses import dataclass

from app.events import event


@event
@dataclass(frozen=True)
class SiteClaimed:
    """The site has its owner. Told once in the life of a site."""

    user_id: str


@event
@dataclass(frozen=True)
class UserCreated:
    user_id: str


@event
@dataclass(frozen=True)
class UserChanged:
    """Name, role, or whether the account is switched off."""

    user_id: str


@event
@dataclass(frozen=True)
class SessionsEnded:
    """These devices are signed out: what they hold open (streams of events, sockets) must end now (SECURITY AU-2)."""

    session_ids: tuple[str, ...]

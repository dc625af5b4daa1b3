"""Channels: every video is in one. Who owns or co-edits it may change its videos."""

from sqlalchemy import or_
from sqlmodel import Session, col, select

from app.accounts.models import User
from app.errors import Missing
from app.http.viewer import Role
from app.i18n import N_
from app.videos import fields
from app.videos.models import Channel, ChannelEditor


def make_channel(session: Session, *, owner_id: str, name: str, now: str) -> Channel:
    """A new channel under a handle that nobody has yet."""
    shown = fields.channel_name(name)
    channel = Channel(handle=_free_handle(session, fields.handle(shown)), name=shown, owner_id=owner_id, created_at=now)
    session.add(channel)
    session.flush()
    return channel


def first_channel(session: Session, owner_id: str) -> Channel | None:
    """Where someone's films go who named no channel: the oldest that is theirs."""
    return session.exec(select(Channel).where(Channel.owner_id == owner_id).order_by(col(Channel.id))).first()


def give_first_channel(session: Session, user: User) -> None:
    """Everybody who may add videos has a channel to add them to. Nothing for others, and nothing twice."""
    if user.role != Role.MEMBER and first_channel(session, user.id) is None:
        make_channel(session, owner_id=user.id, name=user.display_name or user.name, now=user.created_at)


def edits_of(session: Session, user_id: str) -> frozenset[str]:
    """Ids of the channels that this person owns or co-edits: what `Viewer.edits` holds."""
    if not user_id:
        return frozenset()
    co_edits = select(ChannelEditor.channel_id).where(ChannelEditor.user_id == user_id)
    return frozenset(session.exec(select(Channel.id).where(or_(col(Channel.owner_id) == user_id, col(Channel.id).in_(co_edits)))))


def add_editor(session: Session, *, channel_id: str, user_id: str) -> None:
    if session.get(ChannelEditor, (channel_id, user_id)) is None:
        session.add(ChannelEditor(channel_id=channel_id, user_id=user_id))


def remove_editor(session: Session, *, channel_id: str, user_id: str) -> None:
    if row := session.get(ChannelEditor, (channel_id, user_id)):
        session.delete(row)


def editable_channel(session: Session, channel_id: str, edits: frozenset[str]) -> Channel:
    """The channel, if it is one of those; a channel of others is as good as none (SECURITY AZ-6)."""
    channel = session.get(Channel, channel_id) if channel_id in edits else None
    if channel is None:
        raise Missing(N_("You have no such channel."))
    return channel


def _free_handle(session: Session, wanted: str) -> str:
    taken = set(session.exec(select(Channel.handle).where(col(Channel.handle).startswith(wanted, autoescape=True))))
    numbered = (f"{wanted}-{number}" for number in range(2, len(taken) + 3))
    return wanted if wanted not in taken else next(handle for handle in numbered if handle not in taken)

"""All that a plugin may import of Homereel. What is here stays; everything else may change any day.

- hooks: `hookimpl`, `Refusal`; every hook and event is listed in packaging/hooks.md
- the site: `Site` with `.read()`, `.write()`, `.clock()`, `.settings`; `record` and `event` for facts of one's own
- tables: `PluginTable` (its name begins with the plugin's), `Column` for its fields, `Step` for its migrations
- what people may see: `Viewer`, `Act`, `clauses`, `Rule`, `Video`, `Channel`: every list of videos passes `clauses(viewer).sql()`
- routes under /plugins/<name>/: `get`, `post`, `put`, `patch`, `delete`, each with a `policy`; `page`, `Page`, and the markers
  `NamedDependency`, `FromPath`, `FromQuery`, `JSONBody`, `URLEncodedBody`
- work: `task`, `JobHandle`; errors that may be shown: `HomereelError` and those below it; sentences: `_`, `N_`
"""

from litestar import delete, get, patch, post, put
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, URLEncodedBody
from sqlalchemy import MetaData
from sqlmodel import Field as Column
from sqlmodel import Session, SQLModel, col, select

from app.errors import BadRequest, Conflict, HomereelError, Invalid, Missing, NotAllowed, SignInNeeded, Unavailable
from app.events import event, record
from app.hooks import Refusal, hookimpl
from app.http.pages import Page, page
from app.http.policy import Policy, admin, anyone, creator, reader, signed_in
from app.http.viewer import Role, Scope, Viewer
from app.i18n import N_, _
from app.ids import new_id, new_public_id
from app.jobs import Again, Cancelled, JobHandle, task
from app.migrations import Step
from app.site import Site
from app.videos.access import Act, Rule, clauses
from app.videos.events import VideoChanged, VideoPlayable, VideoPurged, VideoTrashed, VideoUploaded
from app.videos.models import Channel, Video
from app.videos.policies import VideoRef, may_edit, may_list, may_watch

__all__ = [
    "N_",
    "Act",
    "Again",
    "BadRequest",
    "Cancelled",
    "Channel",
    "Column",
    "Conflict",
    "FromPath",
    "FromQuery",
    "HomereelError",
    "Invalid",
    "JSONBody",
    "JobHandle",
    "Missing",
    "NamedDependency",
    "NotAllowed",
    "Page",
    "PluginTable",
    "Policy",
    "Refusal",
    "Role",
    "Rule",
    "Scope",
    "Session",
    "SignInNeeded",
    "Site",
    "Step",
    "URLEncodedBody",
    "Unavailable",
    "Video",
    "VideoChanged",
    "VideoPlayable",
    "VideoPurged",
    "VideoRef",
    "VideoTrashed",
    "VideoUploaded",
    "Viewer",
    "_",
    "admin",
    "anyone",
    "clauses",
    "col",
    "creator",
    "delete",
    "event",
    "get",
    "hookimpl",
    "may_edit",
    "may_list",
    "may_watch",
    "new_id",
    "new_public_id",
    "page",
    "patch",
    "post",
    "put",
    "reader",
    "record",
    "select",
    "signed_in",
    "task",
]


class PluginTable(SQLModel):
    """What a plugin's tables derive from. They are apart from Homereel's own: a plugin makes and changes them by its migrations."""

    metadata = MetaData()

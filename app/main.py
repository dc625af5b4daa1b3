"""Where everything is wired: the parts of a site, every reaction to every event, and one ordered start and stop."""

import asyncio
import os
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import structlog
from litestar import Litestar, Request, Router
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.di import Provide
from litestar.openapi.config import OpenAPIConfig
from litestar.plugins.htmx import HTMXPlugin
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.template.config import TemplateConfig

from app import __version__
from app.accounts import routes as accounts
from app.accounts.events import SessionsEnded, SiteClaimed, UserChanged, UserCreated
from app.accounts.first_run import FirstRun
from app.accounts.identify import SessionIdentifier
from app.accounts.models import User
from app.accounts.passwords import Passwords
from app.accounts.throttle import Throttle
from app.children import Trial, hide_memory
from app.db import Database, check_file
from app.delivery import routes as delivery
from app.delivery.addresses import Addresses
from app.delivery.caps import Caps
from app.delivery.policies import ViewerByUser
from app.delivery.remembered import Remembered
from app.delivery.waiting import Waiting
from app.errors import StartError
from app.events import Bus, event_types
from app.gateway import static
from app.gateway.errors import render
from app.gateway.gate import Gate
from app.hooks import plugin_manager
from app.http.open_files import Recent
from app.http.pages import environment
from app.http.policy import guard, undeclared
from app.http.tokens import load_media_tokens
from app.http.viewer import Identifier
from app.i18n import N_
from app.ingest import routes as ingest
from app.ingest.events import OriginalOrphaned
from app.ingest.running import give_inbox, provide_ingest, start_ingest
from app.ingest.upkeep import drop_of_video
from app.media.ffmpegs import Choice, choose_ffmpeg, tool_of, trust_in
from app.media.governor import Governor
from app.media.hardware.planner import Hardware
from app.media.hardware.trust import Trust
from app.media.readings import MachineReader
from app.media.runs import RunManager
from app.migrations import migrate
from app.notifications import routes as notifications
from app.notifications.stream import Stream
from app.ops import routes as ops
from app.ops.commands import COMMANDS
from app.ops.control import ControlServer
from app.ops.forgetting import Forgetting
from app.ops.lock import DataLock
from app.ops.plugins import Plugins
from app.processing import (
    captions,
    cutting,
    loudness,
    opening,
    originals,
    picture_routes,
    pictures,
    rendering,
    replace_routes,
    replacing,
    sidecars,
    version_routes,
    versions,
)
from app.queue import JobChanged, JobFailed, Queue
from app.search import routes as search
from app.search.keeper import Keeper
from app.search.tasks import rebuild_index
from app.server import HttpServer, Stopping, free_port, serve
from app.settings import Origins, Settings, bundled
from app.site import Paths, Site
from app.videos import routes as videos
from app.videos.addresses import MediaAddresses
from app.videos.channels import edits_of, give_first_channel
from app.videos.events import OriginalLeft, VideoChanged, VideoCut, VideoPlayable, VideoPurged, VideoReplaced, VideoTrashed, VideoUploaded
from app.videos.sweeper import TrashSweeper

run_loop: Callable[[Any], Any]
try:
    from uvloop import run as run_loop
except ImportError:  # Windows
    run_loop = asyncio.run

log = structlog.get_logger(__name__)
QUIET = frozenset({"outbox", "jobs", "positions", "renditions", "uploads", "folder_entries"})  # who may see what never rests on these


def build_site(settings: Settings, origins: Origins | None = None) -> Site:
    """Open the data folder: folders made, database checked and migrated, everything wired, nothing running yet."""
    paths = Paths(data=settings.data, media=settings.media or settings.data)
    check_file(paths.database, claimed=paths.held_a_site())
    paths.make()
    manager = plugin_manager()
    plugins = Plugins(manager)
    plugins.load(bundled("plugins"), paths.plugins)
    migrate(paths.database, paths.backups, plugins.migrations())
    paths.make_secrets()
    database = Database(paths.database, quiet=QUIET)
    bus = Bus(database)
    queue = Queue(database, bus, paths.data / "queue.db", heavy=settings.heavy_workers, light=settings.light_workers)
    site = Site(settings, origins or Origins(), paths, database, bus, queue, manager)
    site.provide(plugins)
    provide_parts(site)
    subscribe(site)
    return site


def provide_parts(site: Site) -> None:
    """What higher packages find on the site by its type."""
    site.provide(Passwords())
    site.provide(Throttle())
    site.provide(SessionIdentifier(site, edits_of), Identifier)
    site.provide(FirstRun(site, after_claim=give_first_channel))
    site.provide(site.part(Identifier), ViewerByUser)  # type: ignore[type-abstract]
    site.provide(load_media_tokens(site.paths.secrets))
    site.provide(Waiting())
    site.provide(Remembered())
    site.provide(Recent())
    site.provide(Caps(site.settings.viewer_cap * 1e6 / 8))
    provide_ingest(site)
    site.provide(Keeper(site, lambda: site.queue.add(rebuild_index, "index")))
    site.provide(Stream(site))
    site.provide(Addresses(site), MediaAddresses)
    tried = site.paths.data / "hardware.json"
    site.provide(choose_ffmpeg(site.settings.ffmpeg, cache=site.paths.data / "ffmpeg.json", hardware=tried))
    site.provide(trust_in(site.part(Choice), wanted=site.settings.hardware, kept=tried))
    site.provide(run_manager(site))
    site.provide(Trial(site.paths.scratch))


def run_manager(site: Site) -> RunManager:
    """Without any ffmpeg the site starts all the same: originals that browsers can play do, and the rest says why not."""
    tool = tool_of(site.part(Choice))
    governor = Governor(MachineReader(), quiet=site.settings.quiet_hours)
    return RunManager(tool, workers=site.settings.runs, planner=Hardware(tool, site.part(Trust)), governor=governor)


def subscribe(site: Site) -> None:
    """Every reaction in the system, on one screen."""
    site.bus.subscribe(VideoUploaded, lambda site, fact: site.queue.add(opening.open_film, fact.video_id))
    for plays in (VideoPlayable, VideoReplaced):
        site.bus.subscribe(plays, lambda site, fact: site.queue.add(pictures.make_pictures, fact.video_id))
        site.bus.subscribe(plays, lambda site, fact: site.queue.add(pictures.make_storyboard, fact.video_id))
        site.bus.subscribe(plays, lambda site, fact: site.queue.add(originals.settle_original, fact.video_id))
        site.bus.subscribe(plays, lambda site, fact: site.queue.add(loudness.measure_sound, fact.video_id))
        site.bus.subscribe(plays, lambda site, fact: site.queue.add(rendering.make_renditions, fact.video_id))
        site.bus.subscribe(plays, lambda site, fact: site.queue.add(captions.read_captions, fact.video_id))
    site.bus.subscribe(VideoPlayable, replacing.on_playable)
    site.bus.subscribe(OriginalLeft, lambda site, fact: site.queue.add(originals.drop_original, fact.original_id))
    site.bus.subscribe(VideoPurged, captions.drop_captions)
    site.bus.subscribe(VideoChanged, sidecars.on_changed)
    site.bus.subscribe(VideoPurged, pictures.drop_pictures)
    site.bus.subscribe(JobChanged, pictures.after_renditions)
    site.bus.subscribe(
        VideoPurged, lambda site, fact: site.queue.add(originals.drop_original, fact.original_id) if fact.original_id else None
    )
    site.bus.subscribe(VideoCut, lambda site, fact: site.queue.add(cutting.make_cut_picture, fact.video_id))
    site.bus.subscribe(VideoCut, lambda site, fact: site.queue.add(cutting.make_cut, fact.video_id))
    site.bus.subscribe(JobFailed, opening.given_up)
    site.bus.subscribe(VideoTrashed, rendering.rest)
    for changed in (VideoChanged, VideoTrashed, VideoPurged):
        site.bus.subscribe(changed, lambda site, fact: site.part(Keeper).changed(fact.video_id))
        site.bus.subscribe(changed, lambda site, fact: site.part(Stream).tell_of(fact.video_id))
    site.bus.subscribe(JobChanged, lambda site, fact: site.part(Stream).tell_of(fact.subject))
    site.bus.subscribe(JobChanged, lambda site, fact: site.part(Stream).tell_of_job(fact.job_id))
    site.bus.subscribe(SessionsEnded, lambda site, fact: site.part(Stream).end_sessions(fact.session_ids))
    site.bus.subscribe(VideoPurged, lambda site, fact: drop_of_video(site, fact.video_id))
    site.bus.subscribe(OriginalOrphaned, lambda site, fact: site.queue.add(originals.drop_original, fact.original_id))
    site.bus.subscribe(SiteClaimed, lambda site, fact: give_inbox(site, fact.user_id))
    site.bus.subscribe(SiteClaimed, lambda site, _fact: site.database.checkpoint())  # a lost log must not open the wizard again
    site.bus.subscribe(UserCreated, _first_channel)
    site.bus.subscribe(UserChanged, _first_channel)
    site.bus.subscribe(object, _tell_plugins)


def _tell_plugins(site: Site, fact: object) -> None:
    if type(fact).__name__ not in event_types():  # progress and the like, announced and never recorded
        return
    try:
        site.hooks.hook.on_event(site=site, event=fact)
    except Exception:  # a plugin's fault holds up nothing of ours
        log.exception("a plugin failed", fact=type(fact).__name__)


def _first_channel(site: Site, fact: UserCreated | UserChanged) -> None:
    with site.write() as session:
        if user := session.get(User, fact.user_id):
            give_first_channel(session, user)


def handlers() -> Sequence[Any]:
    """Every route."""
    return [
        *static.handlers,
        *accounts.handlers,
        *videos.handlers,
        *picture_routes.handlers,
        *replace_routes.handlers,
        *version_routes.handlers,
        *ingest.handlers,
        *search.handlers,
        *notifications.handlers,
        *delivery.handlers,
        *ops.handlers,
    ]


def build_asgi(site: Site) -> Litestar:
    """The web application. A route without a policy stops the start."""
    app = Litestar(
        route_handlers=[
            Router("/", route_handlers=[*handlers(), *site.part(Plugins).routes()])
        ],  # together: one that is registered again loses its thread
        guards=[guard],
        dependencies={
            "site": Provide(lambda: site, sync_to_thread=False, use_cache=True),
            "viewer": Provide(_viewer, sync_to_thread=False),
            "video": Provide(_granted("video"), sync_to_thread=False),
            "channel": Provide(_granted("channel"), sync_to_thread=False),
            "playing": Provide(_granted("playing"), sync_to_thread=False),
        },
        exception_handlers={Exception: render},
        template_config=TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment())),
        plugins=[HTMXPlugin()],
        compression_config=CompressionConfig(
            backend="gzip", minimum_size=1000, exclude=["^/static/", "^/media/", "^/x/events", "^/api/v1/uploads"]
        ),
        openapi_config=OpenAPIConfig(
            title="Homereel",
            version=__version__,
            openapi_router=_NoRoutes("/api/v1/schema", route_handlers=[]),
            use_handler_docstrings=True,
        ),
        request_max_body_size=1_000_000,
        state=State({"site": site}),
        logging_config=None,
    )
    if missing := undeclared(app):
        raise StartError(N_("These routes declare no policy, so nobody knows who may use them: {routes}."), routes=", ".join(missing))
    app.asgi_handler = Gate(app.asgi_handler, site)
    return app


class _NoRoutes(Router):
    """Litestar's own API pages load scripts from other hosts and know no policy; ours are in `ops`."""

    def register(self, value: Any) -> list[Any]:  # noqa: ARG002
        return []


def _viewer(request: Request[Any, Any, Any]) -> Any:
    return request.state.viewer


def _granted(name: str) -> Callable[[Request[Any, Any, Any]], Any]:
    """What the route's policy loaded while it decided."""

    def give(request: Request[Any, Any, Any]) -> Any:
        return request.state.granted[name]

    return give


def start_parts(site: Site, stack: ExitStack) -> None:
    """Start what runs beside the server, in order; the stack stops it in the opposite one."""
    site.paths.empty_scratch()
    site.part(Trial).start()
    stack.callback(site.part(Trial).stop)
    stack.callback(site.database.close)
    stack.callback(site.database.checkpoint)
    site.part(Keeper).start()  # before the events and stopped after them: what they tell is committed
    stack.callback(site.part(Keeper).stop)
    site.part(FirstRun).prepare()
    site.bus.start()
    stack.callback(site.bus.stop)
    stack.callback(site.part(Waiting).close)
    site.on_stopping.append(site.part(Stream).close)
    start_ingest(site, stack)
    site.queue.start()
    site.queue.add(versions.keep_to_budget, "renditions")  # the budget may be another than at the last start
    stack.callback(site.queue.stop, site.settings.stop_seconds / 2)
    stack.callback(site.part(RunManager).close)  # jobs that wait for a run hear of it, and are put back
    stack.callback(site.queue.hold)
    site.on_stopping.append(site.queue.hold)
    sweeper = TrashSweeper(site)
    sweeper.start()
    stack.callback(sweeper.stop)
    forgetting = Forgetting(site)
    forgetting.start()
    stack.callback(forgetting.stop)
    site.part(Trust).begin()
    stack.callback(site.part(Trust).close)
    site.hooks.hook.on_start(site=site)
    stack.callback(lambda: site.hooks.hook.on_stop(site=site))
    control = ControlServer(site, COMMANDS)
    control.start()
    stack.callback(control.stop)


def umask() -> None:
    """Files of the site are for its user alone (SECURITY OPS-1)."""
    os.umask(0o077)


def run(settings: Settings, origins: Origins, *, announce: Callable[[Site, int], None]) -> None:
    """Serve until SIGTERM or Ctrl-C. `announce` is called with the port once the site answers.

    Stops within `stop_seconds` whatever hangs: at the deadline the database is already checkpointed, and the process leaves.
    """
    umask()
    hide_memory()
    with ExitStack() as stack:
        stack.enter_context(DataLock(settings.data))
        site = build_site(settings, origins)
        port = free_port(settings.host, settings.port)
        app = build_asgi(site)
        start_parts(site, stack)
        server = HttpServer(app, settings.host, port)
        stop = Stopping(site, server)
        run_loop(serve(server, stop, lambda: announce(site, port)))
    log.info("stopped")
    stop.leave()

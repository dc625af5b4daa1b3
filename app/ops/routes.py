"""Routes of looking after a site; for machines first, pages in `admin_routes`."""

from typing import Annotated, Any

from litestar import Request, Response, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, JSONBody, Parameter, QueryParameter

from app.http.pages import Page, page
from app.http.policy import admin, anyone, machine
from app.http.viewer import Viewer
from app.ingest import tus
from app.jobs import JobState
from app.ops import admin_routes, hardware_routes, storage_routes
from app.ops.about import ServerOut, server_out
from app.ops.changing import SettingsForm, change_settings
from app.ops.health import faults
from app.ops.jobs import JobOut, JobsOut, cancel_job, find_row, job_out, list_jobs, retry_job
from app.ops.machine import SettingsOut, setting_lines
from app.ops.metrics import CONTENT_TYPE, as_text, measured
from app.ops.openapi import description, reference
from app.site import Site
from app.videos.listing import LIMIT, MOST


@get("/health/live", policy=machine, sync_to_thread=False, include_in_schema=False)
def live() -> Response[dict[str, str]]:
    """The process answers."""
    return Response({"status": "live"}, headers={"Cache-Control": "no-store"})


@get("/health/ready", policy=machine, sync_to_thread=True, include_in_schema=False)
def ready(site: NamedDependency[Site]) -> Response[dict[str, str]]:
    """Database, disk, ffmpeg and queue do their work. Which of them does not is for the log and the admin page (SECURITY AZ-10)."""
    found = faults(site)
    headers = {"Cache-Control": "no-store"}
    return Response({"status": "not ready" if found else "ready"}, status_code=503 if found else 200, headers=headers)


@get("/metrics", policy=admin, sync_to_thread=True, include_in_schema=False)
def metrics(site: NamedDependency[Site]) -> Response[str]:
    return Response(as_text(measured(site)), headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})


@get("/api/v1/server", policy=anyone, sync_to_thread=True, tags=["server"], summary="About this site")
def server_json(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> ServerOut:
    """Its name, where to upload and what it allows. The version is told to those who are signed in."""
    return server_out(site, viewer, tus_version=tus.VERSION, tus_extensions=tus.EXTENSIONS)


@get("/api/v1/jobs", policy=admin, sync_to_thread=True, tags=["jobs"], summary="The queue")
def jobs_json(
    site: NamedDependency[Site],
    cursor: FromQuery[str] = "",
    wanted: Annotated[JobState | None, QueryParameter(name="state")] = None,  # Litestar keeps the name for itself
    limit: FromQuery[Annotated[int, Parameter(ge=1, le=MOST)]] = LIMIT,
) -> JobsOut:
    """Jobs, latest first; of one state, if it is named."""
    with site.read() as session:
        found = list_jobs(session, states=[wanted] if wanted else None, cursor=cursor, limit=limit)
        return JobsOut([job_out(row) for row in found.items], found.next)


@post("/api/v1/jobs/{job_id:str}/retry", policy=admin, sync_to_thread=True, status_code=200, tags=["jobs"], summary="Try a job again")
def retry_json(site: NamedDependency[Site], job_id: FromPath[str]) -> JobOut:
    """Put back a job that failed, was parked or was cancelled."""
    with site.write() as session:
        retry_job(site, session, job_id)
        return job_out(find_row(session, job_id))


@post("/api/v1/jobs/{job_id:str}/cancel", policy=admin, sync_to_thread=True, status_code=200, tags=["jobs"], summary="Stop a job")
def cancel_json(site: NamedDependency[Site], job_id: FromPath[str]) -> JobOut:
    """End a job: one that waits at once, one that runs as soon as it looks, which is within seconds."""
    with site.write() as session:
        cancel_job(site, session, job_id)
        return job_out(find_row(session, job_id))


@get("/api/v1/settings", policy=admin, sync_to_thread=True, tags=["server"], summary="Every setting")
def settings_json(site: NamedDependency[Site]) -> SettingsOut:
    """Each with its value as config.toml would have it, and where that comes from. One fixed outside is locked."""
    return SettingsOut(setting_lines(site))


@patch("/api/v1/settings", policy=admin, sync_to_thread=True, tags=["server"], summary="Change settings")
def change_settings_json(site: NamedDependency[Site], data: JSONBody[SettingsForm]) -> SettingsOut:
    """The name of the site, and who may watch a new video; everything else is fixed while the site runs. What is not named stays."""
    change_settings(site, data)
    return SettingsOut(setting_lines(site))


@get("/api/v1/openapi.json", policy=machine, sync_to_thread=True, tags=["server"], summary="This description")
def openapi_json(request: Request[Any, Any, Any]) -> dict[str, Any]:
    """OpenAPI 3.1 of every route under /api/v1. It describes, and opens nothing."""
    return description(request.app)


@get("/api/docs", policy=anyone, sync_to_thread=True, include_in_schema=False)
def docs_page(request: Request[Any, Any, Any]) -> Page:
    """The description of the API as a page of ours: nothing on it comes from another host."""
    return page("docs/page.html", reference=reference(description(request.app)))


handlers = [
    live, ready, metrics, server_json, settings_json, change_settings_json, jobs_json, retry_json, cancel_json, openapi_json,
    docs_page, *admin_routes.handlers, *hardware_routes.handlers, *storage_routes.handlers,
]  # fmt: skip

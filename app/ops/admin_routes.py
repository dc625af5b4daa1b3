"""The keeper's pages: how the house is, what is being done, what was set."""

from collections.abc import Sequence
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery, URLEncodedBody
from litestar.response import Redirect

from app.children import Trial
from app.errors import BadRequest, Invalid
from app.http.pages import Page, page
from app.http.policy import admin, admin_page
from app.http.viewer import Viewer
from app.i18n import N_
from app.media.ffmpegs import Choice
from app.media.hardware.trust import Trust
from app.ops import jobs
from app.ops.changing import SettingsForm, change_settings
from app.ops.enclosure import sandbox_findings
from app.ops.findings import Finding, examine
from app.ops.hardware import hardware_findings, hardware_view
from app.ops.machine import facts, one_sentence, setting_lines, site_findings, tiles
from app.ops.plugins import Plugins
from app.site import Site
from app.videos.addresses import MediaAddresses
from app.videos.listing import LIMIT


@get("/admin", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def overview(site: NamedDependency[Site], viewer: NamedDependency[Viewer]) -> Page:
    """Four figures, what is worth a look, and what is being done now."""
    findings = [*_findings(site), *sandbox_findings(site.part(Trial).verdict)]
    with site.read() as session:
        found = jobs.counts(session)
        running = jobs.list_jobs(session, states=jobs.SHOWN["running"], cursor=None, limit=5)
        trouble = jobs.list_jobs(session, states=jobs.TROUBLE, cursor=None, limit=5)
        lines = _lines(site, viewer, [*trouble.items, *running.items])
    return page(
        "admin/index.html",
        tiles=tiles(site, running=found["running"], waiting=found["waiting"]),
        checks=[finding for finding in findings if finding.ok is not True],
        jobs=lines,
        counts=found,
        sentence=jobs.sentence(found) if found["trouble"] and all(finding.ok for finding in findings) else one_sentence(findings),
    )


@get("/admin/machine", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def machine(site: NamedDependency[Site], saved: FromQuery[bool] = False) -> Page:
    """What this machine can do, what is installed and what is set, with where it comes from."""
    return _machine(site, saved=saved)


def _machine(site: Site, *, saved: bool = False, form: SettingsForm | None = None, error: Invalid | None = None) -> Page:
    """`form` is what was typed, `error` what is wrong with it."""
    findings, sandbox = _findings(site), sandbox_findings(site.part(Trial).verdict)
    return page(
        "admin/machine.html",
        status=error.status if error else 200,
        checks=findings,
        sandbox=sandbox,
        hardware=hardware_view(site.part(Trust), site.part(Choice)),
        facts=facts(site),
        plugins=site.part(Plugins).all,
        settings=setting_lines(site),
        sentence=one_sentence([*findings, *sandbox]),
        saved=saved,
        values={key: value[:200] for key in form.__struct_fields__ if (value := getattr(form, key)) is not None} if form else {},
        errors=error.fields if error else {},
    )


def _findings(site: Site) -> list[Finding]:
    hardware = hardware_findings(site.part(Trust).report, site.settings.hardware)
    return [*examine(site.settings, site.part(Choice)), *hardware, *site_findings(site)]


@post("/admin/settings", policy=admin, sync_to_thread=True, include_in_schema=False, status_code=200)
def save_settings(site: NamedDependency[Site], data: URLEncodedBody[SettingsForm]) -> Page | Redirect:
    """What may be changed while the site runs."""
    try:
        change_settings(site, data)
    except Invalid as error:
        return _machine(site, form=data, error=error)
    return Redirect("/admin/machine?saved=true", status_code=303)


@get("/admin/jobs", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def jobs_page(
    site: NamedDependency[Site], viewer: NamedDependency[Viewer], show: FromQuery[str] = "running", cursor: FromQuery[str] = ""
) -> Page:
    """The queue by what is of interest: running, waiting, trouble, done."""
    if show not in jobs.SHOWN:
        raise BadRequest(N_("There is no such list of jobs."))
    with site.read() as session:
        found = jobs.counts(session)
        listed = jobs.list_jobs(session, states=jobs.SHOWN[show], cursor=cursor, limit=LIMIT)
        lines = _lines(site, viewer, listed.items)
    following = f"/admin/jobs?show={show}&cursor={listed.next}" if listed.next else None
    return page("admin/jobs.html", jobs=lines, show=show, counts=found, next_url=following, sentence=jobs.sentence(found))


@post("/admin/jobs/{job_id:str}/retry", policy=admin, sync_to_thread=True, include_in_schema=False)
def retry(site: NamedDependency[Site], job_id: FromPath[str]) -> Redirect:
    with site.write() as session:
        jobs.retry_job(site, session, job_id)
    return Redirect("/admin/jobs?show=waiting", status_code=303)


@post("/admin/jobs/{job_id:str}/cancel", policy=admin, sync_to_thread=True, include_in_schema=False)
def cancel(site: NamedDependency[Site], job_id: FromPath[str]) -> Redirect:
    with site.write() as session:
        jobs.cancel_job(site, session, job_id)
    return Redirect("/admin/jobs", status_code=303)


def _lines(site: Site, viewer: Viewer, rows: Sequence[jobs.JobRow]) -> list[dict[str, Any]]:
    addresses = site.part(MediaAddresses)  # type: ignore[type-abstract]
    return [jobs.job_line(row, viewer, addresses) for row in rows]


handlers = [overview, machine, save_settings, jobs_page, retry, cancel]

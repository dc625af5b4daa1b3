"""The encoders in hardware on the keeper's page, and the button that tries them again."""

from litestar import get, post
from litestar.di import NamedDependency
from litestar.response import Redirect

from app.http.pages import Page, page
from app.http.policy import admin, admin_page
from app.media.ffmpegs import Choice
from app.media.hardware.trust import Trust
from app.ops.hardware import hardware_view
from app.site import Site


@get("/admin/hardware", policy=admin_page, sync_to_thread=True, include_in_schema=False)
def hardware(site: NamedDependency[Site]) -> Page:
    """The section alone: a page that shows a trial under way asks for it again."""
    return page("admin/_hardware.html", hardware=hardware_view(site.part(Trust), site.part(Choice)))


@post("/admin/hardware/test", policy=admin, sync_to_thread=True, include_in_schema=False)
def test_again(site: NamedDependency[Site]) -> Redirect:
    """Try every family anew, behind everything else."""
    site.part(Trust).check_soon()
    return Redirect("/admin/machine#hardware", status_code=303)


handlers = [hardware, test_again]

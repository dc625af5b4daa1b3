"""Who may touch an upload: whoever began it. For everybody else it is not there (SECURITY UP-1)."""

from collections.abc import Mapping

from sqlmodel import select

from app.errors import Gone, Missing
from app.http.policy import Connection, Policy
from app.http.viewer import Viewer
from app.i18n import N_
from app.ingest.models import Upload, UploadState
from app.ingest.service import GONE
from app.site import Site

NO_UPLOAD = N_("There is no such upload.")


def _own_upload(site: Site, connection: Connection, viewer: Viewer) -> Mapping[str, object]:
    if viewer.anonymous or not viewer.can_upload:
        raise Missing(NO_UPLOAD)
    with site.read() as session:
        upload = session.exec(
            select(Upload).where(Upload.public_id == connection.path_params["upload_id"], Upload.owner_id == viewer.user_id)
        ).first()
    if upload is None:
        raise Missing(NO_UPLOAD)
    if upload.state == UploadState.EXPIRED:
        raise Gone(GONE)
    return {"upload": upload}


own_upload = Policy("own_upload", _own_upload)

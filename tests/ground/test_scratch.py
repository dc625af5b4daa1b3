"""The scratch folder is empty whenever a site starts."""

from contextlib import ExitStack

from app.main import start_parts
from app.site import Site


def test_what_was_left_in_scratch_is_gone_after_a_start(site: Site) -> None:
    outside = site.paths.data / "kept"
    outside.mkdir()
    (outside / "film").write_bytes(b"x")
    (site.paths.scratch / "work" / "deep").mkdir(parents=True)
    (site.paths.scratch / "work" / "deep" / "file").write_bytes(b"x")
    (site.paths.scratch / "file").write_bytes(b"x")
    (site.paths.scratch / "link").symlink_to(outside)

    with ExitStack() as stack:
        start_parts(site, stack)
        left = {path.name for path in site.paths.scratch.iterdir()}

    assert not left & {"work", "file", "link"}
    assert (outside / "film").read_bytes() == b"x"

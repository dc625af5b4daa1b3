"""`homereel doctor`: looks at the machine with these settings, whether or not there is a site yet."""

import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.children import try_sandbox
from app.i18n import _
from app.media.ffmpegs import Choice, choose_ffmpeg, trust_in
from app.ops.enclosure import sandbox_findings
from app.ops.findings import Finding, examine
from app.ops.hardware import hardware_findings
from app.settings import Settings


def look(settings: Settings) -> list[Finding]:
    """Leaves nothing behind in the data folder."""
    with tempfile.TemporaryDirectory(prefix="homereel-doctor-") as folder:
        kept = Path(folder) / "hardware.json"
        choice = choose_ffmpeg(settings.ffmpeg, cache=Path(folder) / "ffmpeg.json")
        hardware = _hardware(settings, choice, kept)
        choice = choose_ffmpeg(settings.ffmpeg, cache=Path(folder) / "ffmpeg.json", hardware=kept)  # as the next start will choose
        return [*examine(settings, choice, load=True), *hardware, *sandbox_findings(try_sandbox(Path(folder)))]


def _hardware(settings: Settings, choice: Choice, kept: Path) -> list[Finding]:
    """Tried anew, whatever a running site knows: takes some seconds where there are devices."""
    trust = trust_in(choice, wanted=settings.hardware, kept=kept)
    if settings.hardware != "off":
        trust.check()
    return hardware_findings(trust.report, settings.hardware)


def as_lines(findings: Sequence[Finding]) -> Iterator[str]:
    width = max(len(finding.title) for finding in findings)
    for finding in findings:
        mark = {True: "✓", None: "!", False: "✗"}[finding.ok]
        measured = f"  ({finding.measured})" if finding.measured else ""
        yield f"{mark} {finding.title:<{width}}  {finding.text}{measured}"
        if finding.mend and finding.ok is not True:
            yield f"  {'':<{width}}  → {finding.mend}"
    broken = sum(finding.ok is False for finding in findings)
    yield ""
    yield (
        _("Everything that is needed works.")
        if not broken
        else _("{count} of these keep Homereel from working as it should.").format(count=broken)
    )

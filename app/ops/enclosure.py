"""What holds the programs in that take films apart, in words: one line for each thing they may not touch."""

import platform
from collections.abc import Callable, Iterator

from app.children import Verdict
from app.i18n import _
from app.ops.findings import Finding


def sandbox_findings(verdict: Verdict | None) -> list[Finding]:
    """None: it is still being tried."""
    title = _("Sandbox")
    if verdict is None:
        return [Finding("sandbox", True, title, _("It is being tried just now."))]
    if verdict.problem:
        why = _("Programs cannot be started in it, so no film can be examined or converted: {why}.").format(why=verdict.problem)
        return [Finding("sandbox", False, title, why, _("homereel doctor, and see “Enclosing what reads films” in packaging/security.md"))]
    return [say(verdict) for say in (_files, _network, _processes, _memory)] + list(_end())


def _files(verdict: Verdict) -> Finding:
    layers, title = verdict.layers, _("Sandbox: files")
    measured = f"Landlock {layers.landlock}" if layers.landlock else "bubblewrap" if layers.bubblewrap else ""
    if "files" not in verdict.through:
        return Finding("sandbox-files", True, title, _("A program that takes a film apart sees this film and nothing else."), "", measured)
    if layers.files:
        why = _("A program that takes a film apart could read other films and the database, although this system can close them off.")
        return Finding("sandbox-files", False, title, why, _("Keep the data folder outside of /usr and of Python's own folder."), measured)
    why = _("A program that takes a film apart could read other films and the database: this system cannot close them off.")
    return Finding("sandbox-files", None, title, why, _without_files())


def _without_files() -> str:
    if platform.system() == "Linux":
        return _("A Linux kernel from 5.13 on with Landlock, or: sudo apt install bubblewrap")
    return _("Homereel on Linux, if strangers may upload.")


def _network(verdict: Verdict) -> Finding:
    layers = verdict.layers
    measured = "seccomp" if layers.seccomp else "bubblewrap" if layers.bubblewrap else ""
    return _either(
        verdict, "network", _("Sandbox: network"), measured, closed=layers.network,
        good=lambda: _("These programs reach neither the internet nor this house."),
        bad=lambda: _("These programs could reach the internet and other machines of this house."),
    )  # fmt: skip


def _processes(verdict: Verdict) -> Finding:
    return _either(
        verdict, "processes", _("Sandbox: programs"), "seccomp" if verdict.layers.seccomp else "", closed=verdict.layers.seccomp,
        good=lambda: _("They start no others, and do nothing to those that run."),
        bad=lambda: _("They could start others."),
    )  # fmt: skip


def _memory(verdict: Verdict) -> Finding:
    return _either(
        verdict, "memory", _("Sandbox: limits"), "", closed=True,
        good=lambda: _("Memory, time and what they write are limited."),
        bad=lambda: _("Their memory is not limited here: a film could take all that this machine has."),
    )  # fmt: skip


def _either(
    verdict: Verdict, name: str, title: str, measured: str, *, closed: bool, good: Callable[[], str], bad: Callable[[], str]
) -> Finding:
    """Fine; or not closed on this system, which is worth a look; or counted on and not closed, which is a fault."""
    if name not in verdict.through:
        return Finding(f"sandbox-{name}", True, title, good(), "", measured)
    return Finding(f"sandbox-{name}", False if closed and platform.system() == "Linux" else None, title, bad(), _mend(), measured)


def _mend() -> str:
    return _("See “Enclosing what reads films” in packaging/security.md.")


def _end() -> Iterator[Finding]:
    if platform.system() == "Linux":
        yield Finding("sandbox-end", True, _("Sandbox: end"), _("They end with the server, whatever ends it."))
    else:
        why = _("On this system they may go on for a while after the server was killed.")
        yield Finding(
            "sandbox-end", None, _("Sandbox: end"), why, _("Stop the server with Ctrl-C or by its service, and they end with it.")
        )

"""Ask a child what a file is. The server itself never parses a byte of it."""

import logging
import os
import signal
import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from app.children import Child, Limits, Sandbox, start
from app.errors import MediaError, Unavailable
from app.i18n import N_
from app.media.facts import Facts

_LONGEST = 16 << 20
_CHILD = "app.media.probe_child"
_TRIES = 3  # a parser that crashes so often on a file will always
_SLOWEST = 5 << 20  # bytes a second that a disk gives at least: the times of a large film are found by reading all of it
_LEAST_SECONDS = 60
_MEMORY = 4 << 30
log = logging.getLogger(__name__)

_REFUSALS = {
    "empty": N_("This file is empty. Look whether it was copied completely, and upload it again."),
    "blank": N_("This file holds nothing but zeros: its content was lost while it was copied. Copy it again from where it was filmed."),
    "text": N_("This is a text file, not a video."),
    "picture": N_("This is a picture, not a video."),
    "page": N_("This is a web page or a drawing, not a video: perhaps the link that it was saved from asked for a sign-in."),
    "playlist": N_("This is a list of videos, not a video. Upload the files that it lists."),
    "document": N_("This is a document, not a video."),
    "archive": N_("This is an archive, not a video. Unpack it and upload what is in it."),
    "program": N_("This is a program, not a video."),
    "mixed": N_("This file is two things in one: it begins as one kind of video and goes on as another. Export it anew as MP4."),
    "unreadable": N_("This is not a video that can be read: it is damaged, was cut off while it was copied, or is no video at all."),
    "nothing playable": N_("There is no picture and no sound in this file that can be played."),
    "no picture": N_("Not one picture of this video can be read: it is damaged, or of a kind that is not allowed here."),
    "too many streams": N_("This file has too many tracks: at most 64 are handled. Export it with fewer."),
    "too many pixels": N_("The picture of this video is too large to be handled. Export it with at most 8192 × 4320."),
    "too many frames": N_("This video has too many pictures, or too many a second, to be handled. Export it with at most 120 a second."),
    "too much work": N_("This video would take days to convert. Export it with a smaller picture, or in parts."),
    "too long": N_(
        "This video is too long to be handled: at most 48 hours are. Upload it in parts; if it is shorter, its clock is damaged."
    ),
    "too empty": N_("This file says that it lasts for hours, but next to nothing is in it. Export it anew from where it was made."),
    "too greedy": N_("Examining this file takes more memory than a video of its size needs: it is damaged, or was made to do harm."),
}


class _Reply(msgspec.Struct):
    facts: Facts | None = None
    refused: str = ""


class _CrashError(Exception):
    pass


def limits_for(source: Path) -> Limits:
    """A tiny file may not take long; of a large one, all is read."""
    seconds = _LEAST_SECONDS + source.stat().st_size // _SLOWEST
    return Limits(wall=seconds, cpu=seconds, memory=_MEMORY, file_size=1 << 30)


def probe(source: Path, *, folder: Path, limits: Limits | None = None, first_look: Callable[[Facts], None] | None = None) -> Facts:
    """Examine `source`; write its packet index into `folder` (see index.py). Raises MediaError with a sentence for the uploader,
    Unavailable where the examination was ended from outside and should be tried again.

    A long film whose frames must be counted one by one takes seconds. `first_look` is then called before: with facts that are
    not `complete`, and an index of the first seconds, enough to list all segments and to make the first.
    """
    folder.mkdir(parents=True, exist_ok=True)
    for _ in range(_TRIES):
        try:
            return _probe_once(source, folder, limits or limits_for(source), first_look)
        except _CrashError:
            continue
    raise MediaError(
        N_("The program that reads videos breaks down on this file: it is damaged, or was made to do harm. Export it anew as MP4.")
    )


def _probe_once(source: Path, folder: Path, limits: Limits, first_look: Callable[[Facts], None] | None) -> Facts:
    source, folder = source.absolute(), folder.absolute()
    words = [str(source), str(folder), *(["look"] if first_look else [])]
    sandbox = Sandbox(read=(source,), write=(folder,))
    reply: _Reply | None = None
    began = time.monotonic()
    with start(words, folder=folder, limits=limits, sandbox=sandbox, module=_CHILD) as child:
        while line := child.stdout.readline(_LONGEST):
            reply = _read(line)
            if reply and reply.facts and not reply.facts.complete and first_look:
                first_look(reply.facts)
        code = child.wait()
    _raise_if_ended(child, code, limits, time.monotonic() - began)
    if reply is None or (reply.facts is None and not reply.refused):
        raise _CrashError
    if reply.facts is None or not reply.facts.complete:
        raise MediaError(_REFUSALS.get(reply.refused, _REFUSALS["unreadable"]))
    return reply.facts


def _raise_if_ended(child: Child, code: int, limits: Limits, took: float) -> None:
    """A limit is the file's fault, a crash may be; somebody else's signal (the system short of memory, say) is not."""
    how = ending(code, timed_out=child.timed_out, took=took, cpu=limits.cpu)
    if how == "late":
        raise MediaError(N_("Examining this video took too long; it is probably damaged. Export it anew as MP4."))
    if how != "well":
        log.warning("an examination ended with code %s: %s", code, child.stderr()[-2000:])
    if how == "killed":
        raise Unavailable(N_("Examining this video was cut short by the system, perhaps for want of memory."))
    if how == "crashed":
        raise _CrashError


def ending(code: int, *, timed_out: bool, took: float, cpu: int | None) -> str:
    """How a child came to its end, by its exit code (below 0: a signal): "well", "late", "killed" or "crashed".

    Where soft and hard limit of processor time are one, the kernel sends SIGKILL instead of SIGXCPU.
    """
    kill, xcpu = getattr(signal, "SIGKILL", None), getattr(signal, "SIGXCPU", None)
    used_up = code == -(kill or 0) and cpu is not None and took * (os.cpu_count() or 1) >= cpu * 0.95
    if timed_out or used_up or (xcpu and code == -xcpu):
        return "late"
    if code in (-signal.SIGTERM, -signal.SIGINT, -(kill or signal.SIGTERM)):
        return "killed"
    return "well" if code == 0 else "crashed"


def _read(line: bytes) -> _Reply | None:
    try:
        return msgspec.json.decode(line, type=_Reply)
    except msgspec.DecodeError:
        return None

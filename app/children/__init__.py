"""The one door to other programs: started with limits, enclosed, watched, killed properly, dead when the server is."""

from app.children.child import Child, ChildError, Finished, run, start, stop_all
from app.children.guard import hide_memory
from app.children.limits import Limits
from app.children.pausing import pause, resume
from app.children.sandbox import Sandbox
from app.children.trial import Trial, Verdict, try_sandbox

__all__ = [
    "Child", "ChildError", "Finished", "Limits", "Sandbox", "Trial", "Verdict",
    "hide_memory", "pause", "resume", "run", "start", "stop_all", "try_sandbox",
]  # fmt: skip

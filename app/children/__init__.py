"""The one door to other programs: started with limits, enclosed, watched, killed properly, dead when the server is."""

from app.children.child import Child, ChildError, Finished, run, start, stop_all
from app.children.limits import Limits
from app.children.sandbox import Sandbox

__all__ = ["Child", "ChildError", "Finished", "Limits", "Sandbox", "run", "start", "stop_all"]

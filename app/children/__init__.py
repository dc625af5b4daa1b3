"""The one door to other programs: started with limits, watched, killed properly, dead when the server is."""

from app.children.child import Child, ChildError, Finished, run, start, stop_all
from app.children.limits import Limits

__all__ = ["Child", "ChildError", "Finished", "Limits", "run", "start", "stop_all"]

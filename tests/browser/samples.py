"""Made-up data for the style guide: every page, in the states it has to carry."""

from pathlib import Path
from typing import Any

from markupsafe import Markup

from styleguide import WEB, environment

FILM = ("final", "tempest", "radiator", "bike", "bread", "bees", "concert", "stars")


def viewer(role: str = "owner") -> dict[str, Any]:
    known = role != "nobody"
    return {
        "anonymous": not known,
        "name": "marta" if known else "",
        "display_name": "Marta" if known else "",
        "role": role if known else None,
        "can_upload": role in ("owner", "admin", "creator"),
        "is_admin": role in ("owner", "admin"),
    }


def video(number: int = 1, **changed: Any) -> dict[str, Any]:
    titles = (
        "Oma’s 80th birthday",
        "School play – The Tempest",
        "How to bleed a radiator",
        "Lina rides without holding on",
        "Sourdough, day three: the one where it finally rises after all, and nobody is awake to see it",
        "Bees in May: first look inside",
        "Spring concert, the whole evening",
        "One night over the garden",
    )
    channels = (("Family films", "family"), ("Oak Lane School", "oak-lane"), ("Opa’s workshop", "workshop"), ("Kitchen table", "kitchen"))
    name, handle = channels[number % len(channels)]
    made = {
        "public_id": f"sample{number:06d}",
        "title": titles[number % len(titles)],
        "url": f"/w/sample{number:06d}",
        "thumbnail": f"/picture/{number % 8}",
        "duration_text": ("31:15", "1:12:40", "6:12", "2:38")[number % 4],
        "channel": {"name": name, "handle": handle, "url": None},
        "when_text": ("yesterday", "3 days ago", "Sunday", "last week")[number % 4],
        "privacy": "members",
        "state": "ready",
        "playable": True,
        "progress": None,
        "reason": None,
        "percent": None,
        "eta_text": None,
        "is_new": number == 1,
        "can_edit": True,
        "settings_url": f"/studio/v/sample{number:06d}",
        "left_text": "",
        "missing": False,
    }
    return made | changed


def context(**more: Any) -> dict[str, Any]:
    return {"viewer": viewer(), "site_name": "Homereel", "theme": "", "lang": "en", "dir": "ltr", "path": "/", "partial": False} | more


QR = '<svg viewBox="0 0 9 9"><path d="M0 0h3v3H0zM6 0h3v3H6zM0 6h3v3H0zM4 4h1v1H4zM5 5h2v2H5z" fill="#241a14"/></svg>'
CHECKS = [
    {"ok": True, "title": "Room", "text": "for about 1 900 hours of phone video", "measured": "1.8 TB free"},
    {"ok": True, "title": "Writing works", "text": "as user homereel", "measured": "4 ms"},
    {"ok": None, "title": "One disk only.", "text": "A copy elsewhere would survive a broken drive", "measured": "Set up later"},
    {"ok": False, "title": "ffmpeg", "text": "could not be started", "measured": ""},
]
ROLES = [
    ("member", "Member", "Watches what members may see"),
    ("creator", "Creator", "Adds films too"),
    ("admin", "Administrator", "Looks after the site and its people"),
]


def shelf() -> list[dict[str, Any]]:
    return [
        video(0),
        video(1),
        video(2, privacy="private"),
        video(3, progress=0.46),
        video(4, state="processing", playable=False, percent=62.0, eta_text="4 min left"),
        video(5, state="needs_attention", reason="The file ends early, at 2:14 of 3:30. What is there plays."),
        video(6, progress=0.97),
        video(7, thumbnail=None, state="queued", playable=False),
    ]


def home() -> tuple[str, dict[str, Any]]:
    lead = video(0, progress=0.27, left_text="34 min left")
    more = [video(n, progress=0.2 * n, left_text=f"{n * 4} min left") for n in (2, 3, 4)]
    return "home/page.html", {
        "greeting": "Good evening, Marta",
        "sentence": "Nine new videos since Sunday.",
        "lead": lead,
        "carry_on": more,
        "videos": shelf(),
        "next_url": "/?cursor=abc",
        "phone": None,
    }


def empty_home() -> tuple[str, dict[str, Any]]:
    return "home/page.html", {
        "greeting": "",
        "sentence": "",
        "lead": None,
        "carry_on": [],
        "videos": [],
        "next_url": None,
        "phone": {"svg": QR, "address": "http://homereel.lan:8080"},
    }


PLAYER = {
    "hls": "/media/sample/index.m3u8",
    "direct": "/media/sample/original",
    "direct_type": 'video/mp4; codecs="avc1.42E01E, mp4a.40.2"',
    "direct_label": "1080p",
    "poster": "/picture/0",
    "start": 0,
    "position_url": "/api/v1/videos/sample000000/position",
    "width": 1920,
    "height": 1080,
}


def watch(player: dict[str, Any] | None = PLAYER, **changed: Any) -> tuple[str, dict[str, Any]]:
    told = "The whole afternoon, from the first plum cake to the last song. The candles are at 12:40, Jonas’s speech is at 21:05."
    shown = video(0) | {
        "description": told,
        "description_html": Markup(told).replace("12:40", Markup('<a class="moment" href="?t=760" data-moment="760">12:40</a>')),
        "facts": ["Saturday, 23 May", "1080p, 50 pictures a second"],
        "duration": 12.0,
        "missing": False,
        "settings_url": "/w/sample000000/settings",
        "download_url": "/media/sample/original?download=1",
        "glow": "/picture/0",
    }
    return "watch/page.html", {"video": shown | changed, "player": player, "next_up": [video(n) for n in (1, 2, 3, 4)]}


def upload() -> tuple[str, dict[str, Any]]:
    return "upload/page.html", {
        "channels": [{"handle": "family", "name": "Family films"}, {"handle": "workshop", "name": "Opa’s workshop"}],
        "channel": "family",
        "privacy": "members",
        "free_text": "1.42 TB free",
        "quota_text": None,
        "error": None,
    }


def search(query: str = "cake") -> tuple[str, dict[str, Any]]:
    hits = [{"video": video(n), "title_marked": "Plum <mark>cake</mark>, the long way", "text_marked": "then the <mark>cake</mark> came", "at": None} for n in range(4)]
    found = hits if query == "cake" else []
    return "search/page.html", {
        "query": query,
        "results": found,
        "total": len(found),
        "did_you_mean": "cake" if query == "cak" else None,
        "next_url": None,
        "note": None,
    }


def settings() -> tuple[str, dict[str, Any]]:
    shown = video(0, state="processing", percent=38.0) | {"description": "", "tags_text": "garden, cake", "settings_url": "/w/sample000000/settings"}
    return "videos/settings.html", {
        "video": shown,
        "values": {},
        "errors": {"title": "A film needs a title."},
        "facts": [("Lies at", "originals/Family films/2026-05-23 - Oma’s 80th birthday.mov"), ("Size", "4.1 GB"), ("Format", "MOV, H.264, 1080p")],
        "saved": True,
        "channels": [("family", "Family films"), ("workshop", "Opa’s workshop")],
        "channel": "family",
    }


def studio(show: str = "all") -> tuple[str, dict[str, Any]]:
    return "studio/page.html", {"videos": shelf() if show == "all" else [], "show": show, "counts": {"all": 8, "trouble": 0, "trash": 0}, "next_url": None}


def machine() -> tuple[str, dict[str, Any]]:
    tiles = [
        {"icon": "cpu", "label": "Processor", "figure": "41", "unit": "%", "percent": 41.0, "text": "Two of eight cores are kept free"},
        {"icon": "memory-stick", "label": "Memory", "figure": "6.2", "unit": "of 16 GB", "percent": 39.0, "text": "Plenty"},
        {"icon": "hard-drive", "label": "Films", "figure": "6.2", "unit": "of 8 TB", "percent": 78.0, "text": "1.8 TB free", "kind": "warn"},
        {"icon": "list-video", "label": "Jobs", "figure": "4", "unit": "running", "percent": None, "text": "Eleven wait"},
    ]
    rows = [{"id": "j1", "state": "running", "percent": 38.0, "eta_text": "6 min", "reason": None, "title": "Bees", "url": "/w/x", "thumbnail": "/picture/1", "what": "720p"}]
    checks = [check | {"mend": "apt install ffmpeg"} for check in CHECKS]
    return "admin/index.html", {"tiles": [{"kind": ""} | tile for tile in tiles], "checks": checks, "jobs": rows, "counts": {"running": 1, "waiting": 0, "trouble": 0}, "sentence": "All is well."}


def jobs() -> tuple[str, dict[str, Any]]:
    rows = [
        {"id": "j1", "state": "running", "percent": 38.0, "eta_text": "6 min", "reason": None},
        {"id": "j2", "state": "running", "percent": 71.0, "eta_text": "4 min", "reason": None},
        {"id": "j3", "state": "waiting", "percent": None, "eta_text": None, "reason": None},
        {"id": "j4", "state": "failed", "percent": None, "eta_text": None, "reason": "The file ends early, at 2:14 of 3:30. What is there plays."},
    ]
    shown = [row | {"title": video(n)["title"], "url": "/w/x", "thumbnail": f"/picture/{n}", "what": "720p, 480p"} for n, row in enumerate(rows)]
    return "admin/jobs.html", {"jobs": shown, "show": "running", "counts": {"running": 2, "waiting": 1, "trouble": 1}, "next_url": None, "sentence": "Everything made so far can be watched."}


def people() -> tuple[str, dict[str, Any]]:
    one = {"id": "u1", "name": "marta", "display_name": "Marta", "role": "owner", "role_name": "Owner", "seen_text": "now", "is_self": True, "can_change": False}
    two = one | {"id": "u2", "name": "jonas", "display_name": "", "role": "member", "role_name": "Member", "seen_text": "Sunday", "is_self": False, "can_change": True}
    return "admin/people.html", {"people": [one, two], "roles": ROLES, "values": {}, "errors": {"password": "Ten characters or more, please."}, "made": {"name": "jonas", "password": None}}


def folders() -> tuple[str, dict[str, Any]]:
    inbox = {
        "id": "f1", "path": "/srv/family/films/inbox", "name": "Inbox", "owner_name": "Marta", "channel_name": "Family films", "privacy": "members",
        "mode": "move", "mode_name": "Files move in", "state": "ok", "state_text": "Watching", "counts_text": "214 brought in", "last_look_text": "looked 2 min ago",
        "failures": [], "skipped_text": None, "fixed": True,
    }  # fmt: skip
    camera = inbox | {
        "id": "f2", "path": "/mnt/camera", "name": "Camera", "state": "away", "state_text": "Cannot be reached since 18:05", "fixed": False,
        "failures": [{"id": "x", "name": "holiday.mp4", "reason": "This is a text file with the name of a film.", "when_text": "today"}],
    }  # fmt: skip
    modes = [("in_place", "They stay where they are", "Homereel only reads them"), ("copy", "They are copied", None), ("move", "They move in", "The folder is emptied")]
    return "admin/folders.html", {"folders": [inbox, camera], "channels": [("c1", "Family films")], "modes": modes, "values": {}, "errors": {}}


def step(name: str, number: int, **more: Any) -> tuple[str, dict[str, Any]]:
    return f"setup/{name}.html", {"step": number, "steps": 5, "action": f"/setup/{name}", "errors": {}, "values": {}, "code": "", "back_url": None, "viewer": viewer("nobody")} | more


PAGES: dict[str, Any] = {
    "/": home,
    "/empty": empty_home,
    "/w/sample000000": watch,
    "/w/getting-ready": lambda: watch(None, state="processing", playable=False, percent=30.0),
    "/w/failed": lambda: watch(None, state="failed", playable=False, reason="The file ends before its index. Nothing of it can be shown."),
    "/w/missing": lambda: watch(None, missing=True),
    "/upload": upload,
    "/search": search,
    "/search-none": lambda: search("cak"),
    "/search-start": lambda: search(""),
    "/w/sample000000/settings": settings,
    "/studio": studio,
    "/studio-trash": lambda: studio("trash"),
    "/admin": machine,
    "/admin/jobs": jobs,
    "/admin/people": people,
    "/admin/folders": folders,
    "/login": lambda: ("login/page.html", {"next": "/", "name": "", "error": "That name and password do not belong together.", "viewer": viewer("nobody")}),
    "/error": lambda: ("errors/error.html", {"title": "This reel has come off", "message": "There is nothing at this address.", "status_code": 404, "request_id": "7f3k92"}),
    "/setup/code": lambda: step("code", 1, errors={"code": "That is not the code this site was started with."}),
    "/setup/owner": lambda: step("owner", 2),
    "/setup/site": lambda: step("site", 3),
    "/setup/folders": lambda: step("folders", 4, originals="/srv/family/films/originals", inbox="/srv/family/films/inbox", checks=CHECKS, back_url="/setup/site"),
    "/setup/done": lambda: step("done", 5, addresses=["http://homereel.lan:8080", "http://192.168.1.20:8080"], address="http://homereel.lan:8080", svg=QR),
    "/components": lambda: ("components.html", {"v": shelf(), "checks": CHECKS}),
}
ENV = environment()


def render(path: str, query: dict[str, str]) -> str | None:
    if path not in PAGES:
        return None
    name, values = PAGES[path]()
    look = {key: query[key] for key in ("theme", "dir", "lang") if key in query}
    return str(ENV.get_template(name).render(context(path=path) | values | look))


def picture(number: int) -> bytes:
    """A drawn still: two hills under a sun, in a colour of its own."""
    hue = number * 45
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 180"><rect width="320" height="180" fill="hsl({hue} 45% 40%)"/>'
        f'<circle cx="240" cy="60" r="34" fill="hsl({hue} 80% 75%)"/><path d="M0 130q80-70 160-10t160-20v80H0z" fill="hsl({hue} 40% 24%)"/></svg>'
    ).encode()


__all__ = ["PAGES", "WEB", "Path", "picture", "render"]

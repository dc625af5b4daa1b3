"""The plan of a film's renditions: made from the facts at once, refined behind everybody's back, kept in its row.

keep_plan(site, session, original, facts)            what the first play needs; the settings count for a new film only
refine_plan(site, original_id, film, stop) -> Film    by a sample of the pictures, once, before the rest is made
choose(site, session, video_id, choices)              the owner wants other settings: planned anew, and made
"""

from collections.abc import Callable
from threading import Event

from sqlmodel import Session

from app.errors import Conflict, Invalid, Missing
from app.i18n import N_
from app.media import loudness
from app.media.commands.encoders import encoder_of
from app.media.facts import Facts
from app.media.ffmpegs import Choice
from app.media.ladder import CODECS, Choices, Plan, evened_plan, other_plan, sampled_plan
from app.media.runs import RunManager
from app.media.sampling import sample_rate
from app.processing.films import Film, film_of, plan_of
from app.processing.progress import note_renditions
from app.site import Site
from app.videos import service
from app.videos.models import Original, Video

_QUALITIES, _LOUDNESS = ("small", "balanced", "fine"), ("playback", "encoding", "off")
_LINES = range(144, 4321)
Change = Callable[[Plan, Facts], Plan]


def codecs_here(site: Site) -> tuple[str, ...]:
    """The sets that the ffmpeg in use can make."""
    chosen = site.part(Choice).chosen
    able = {"libx264", *(chosen.extras if chosen else ())}
    return tuple(codec for codec in CODECS if encoder_of(codec) in able)


def settled_choices(site: Site) -> Choices:
    """What the settings say, as far as this machine can do it: a set without its encoder is left out."""
    settings = site.settings
    return Choices(
        quality=settings.quality,
        codecs=tuple(codec for codec in codecs_here(site) if codec == "h264" or codec in settings.codecs),
        highest=settings.highest,
        surround=settings.surround,
        loudness=settings.loudness,
    )


def keep_plan(site: Site, session: Session, original: Original, facts: Facts) -> None:
    """A film that has a plan keeps it, as far as it fits; another gets one by the settings."""
    service.set_plan(session, original.id, plan_of(facts, original.plan, settled_choices(site)).to_json())


def refine_plan(site: Site, film: Film, *, stop: Event | None = None) -> Film:
    """The film with what a sample of its pictures says. Takes some seconds the first time; no work that others wait for."""
    beginning = film.plan.rung(film.plan.first)
    if beginning is None or film.plan.sample:
        return film
    bits = sample_rate(site.part(RunManager).tool, film.source, film.facts, beginning, stop=stop)
    if not bits:
        return film
    return _replanned(site, film.original_id, lambda plan, facts: sampled_plan(plan, facts, bits)) or film


def even_out(site: Site, original_id: str) -> Film | None:
    """Sound that was measured is made anew at the right loudness, where that was chosen. None when nothing changes."""
    with site.read() as session:
        original = session.get(Original, original_id)
    if original is None or not original.loudness or plan_of(_facts(original), original.plan).choices.loudness != "encoding":
        return None
    gains = loudness.gains(loudness.from_json(original.loudness))
    return _replanned(site, original_id, lambda plan, facts: evened_plan(plan, facts, gains))


def choices_of(site: Site, session: Session, video_id: str) -> Choices:
    """What a film is made with now."""
    original = _original(session, video_id)
    return plan_of(_facts(original), original.plan, settled_choices(site)).choices


def choose(site: Site, session: Session, video_id: str, choices: Choices) -> Plan:
    """Plan a film anew by its owner's choices: what stays the same is kept, what players have a list of can still be had.

    Ask for `make_renditions` once the transaction is committed. Invalid for what nobody can choose, Conflict for what this ffmpeg cannot.
    """
    _check(site, choices)
    original = _original(session, video_id)
    facts = _facts(original)
    plan = other_plan(plan_of(facts, original.plan, settled_choices(site)), facts, choices)
    if choices.loudness == "encoding" and original.loudness:
        plan = evened_plan(plan, facts, loudness.gains(loudness.from_json(original.loudness)))
    _keep(site, session, original, plan)
    service.remake(session, video_id)
    return plan


def _check(site: Site, choices: Choices) -> None:
    wrong = choices.quality not in _QUALITIES or choices.loudness not in _LOUDNESS or choices.highest not in _LINES
    if wrong or not set(choices.codecs) <= set(CODECS):
        raise Invalid(N_("These settings cannot be chosen."))
    if lacking := set(choices.codecs) - set(codecs_here(site)):
        raise Conflict(N_("The ffmpeg in use cannot make {codecs}."), codecs=", ".join(sorted(lacking)))


def _replanned(site: Site, original_id: str, change: Change) -> Film | None:
    """The film with its plan changed; None if it is gone, or nothing changed."""
    with site.write() as session:
        original = session.get(Original, original_id)
        if original is None or not original.facts:
            return None
        facts = _facts(original)
        before = plan_of(facts, original.plan, settled_choices(site))
        plan = change(before, facts)
        if plan == before and original.plan:
            return None
        return _keep(site, session, original, plan)


def _keep(site: Site, session: Session, original: Original, plan: Plan) -> Film:
    service.set_plan(session, original.id, plan.to_json())
    film = film_of(site, original)
    note_renditions(session, film)
    return film


def _original(session: Session, video_id: str) -> Original:
    video = session.get(Video, video_id)
    original = session.get(Original, video.original_id) if video and video.original_id else None
    if original is None or not original.facts:
        raise Missing(N_("This video is not ready yet."))
    return original


def _facts(original: Original) -> Facts:
    return Facts.from_json(original.facts)

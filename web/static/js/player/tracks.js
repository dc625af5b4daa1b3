// What goes with the picture: captions, chapters on the bar, and sound as loud as that of other films.
import { make } from '../elements.js';

const KEPT = 'homereel.captions'; // a language, or "off": this browser's habit

/** Tracks that people read; the pictures and chapters of the seek bar are tracks as well. */
export const spoken = (video) => [...video.textTracks].filter((track) => track.kind === 'captions' || track.kind === 'subtitles');

export function attachTracks(player) {
  const { video, film } = player;
  const { captions = [], chapters = '', gain = 0 } = film.tracks;
  for (const { url, label, language, kind } of captions) video.append(make('track', { kind, label, srclang: language, src: url }));
  if (chapters) video.append(make('track', { kind: 'chapters', src: chapters, default: true }));
  const kept = habit();
  const tracks = spoken(video);
  const marked = tracks[captions.findIndex((each) => each.default)];
  show(video, kept === 'off' ? null : (tracks.find((track) => track.language && track.language === kept) ?? (kept ? null : marked) ?? null), false);
  return gain ? level(video, gain) : undefined;
}

/** Show this track alone, or none; what somebody chose is remembered. */
export function show(video, wanted, remember = true) {
  for (const track of spoken(video)) {
    track.mode = 'hidden'; // Chromium shows a track of its own choice that nobody has set, and "disabled" is what they begin with
    track.mode = track === wanted ? 'showing' : 'disabled';
  }
  if (remember) keep(wanted ? wanted.language || wanted.label : 'off');
}

/** The one to show when somebody asks for captions: their language, else the page's, else the first. */
export function lastShown(tracks) {
  const kept = habit();
  const page = document.documentElement.lang.split('-')[0];
  return tracks.find((track) => track.language === kept) ?? tracks.find((track) => track.language.split('-')[0] === page) ?? tracks[0];
}

/** Decibels, once somebody has pressed something: before that a browser lets no sound through what we would put in its way. */
function level(video, gain) {
  let context = null;
  const begin = () => {
    if (context || !navigator.userActivation?.hasBeenActive || !window.AudioContext) return;
    context = new AudioContext();
    const knob = new GainNode(context, { gain: 10 ** (gain / 20) });
    context.createMediaElementSource(video).connect(knob).connect(context.destination);
    context.resume();
  };
  video.addEventListener('playing', begin);
  return () => context?.close();
}

function habit() {
  try {
    return localStorage.getItem(KEPT) ?? '';
  } catch {
    return ''; // storage may be shut
  }
}

function keep(value) {
  try {
    localStorage.setItem(KEPT, value);
  } catch {
    // then it holds for this film
  }
}

// The controls, as elements. media-chrome gives hiding, the seek bar, the volume bar and full screen; names and pictures are ours.
import { icon, label, make } from '../elements.js';
import { script } from '../scripts.js';
import { config, say } from '../words.js';

function press(name, text, kind = '', drawing = '') {
  const button = make('button', { class: `pb ${kind}`.trim(), type: 'button', 'data-do': name }, icon(drawing || name, kind.includes('play') ? 'solid' : ''));
  label(button, text);
  return button;
}

function ten(name, text, drawing) {
  const button = press(name, text, 'ten hide-s', drawing);
  button.append(make('b', { 'aria-hidden': 'true' }, '10'));
  return button;
}

/** Puts the player's elements into `player` and returns those that others need. */
export function build(player, film) {
  script(config.media_chrome).then(() => name(player), () => {}); // without it the plain video still plays, with the browser's own controls
  const video = make('video', { slot: 'media', playsinline: true, preload: 'auto', poster: film.poster || null, 'aria-label': film.title });
  if (film.storyboard) video.append(make('track', { kind: 'metadata', label: 'thumbnails', src: film.storyboard, default: true })); // media-chrome looks for this name
  const seek = make('media-time-range', { class: 'seek' }, make('media-preview-thumbnail', { slot: 'preview' }), make('media-preview-chapter-display', { slot: 'preview' }), make('media-preview-time-display', { slot: 'preview' }));
  const time = make('span', { class: 'time', dir: 'ltr' });
  const row = make(
    'div', { class: 'ctl' },
    press('play', say('play'), 'play'), ten('back', say('back_ten'), 'rotate-ccw'), ten('forward', say('forward_ten'), 'rotate-cw'),
    press('mute', say('mute'), 'hide-s', 'volume-2'), make('media-volume-range', { class: 'vol hide-s' }), time, make('span', { class: 'sp' }),
    press('captions', say('captions'), 'capt'), press('settings', say('settings')), press('pip', say('pip'), 'hide-s hide-m', 'picture-in-picture-2'),
    press('wide', say('wide'), 'hide-s hide-m wide-only', 'rectangle-horizontal'), press('full', say('full'), '', 'maximize'),
  ); // prettier-ignore
  const controls = make('div', { class: 'controls' }, seek, row);
  const top = make('div', { class: 'mini-bar', slot: 'top-chrome' }, press('return', say('mini_back'), '', 'maximize'), press('close', say('mini_close'), '', 'x'));
  const sound = film.picture ? null : make('div', { class: 'soundonly', noautohide: true, 'aria-hidden': 'true' }, icon('volume-2'));
  const big = make('button', { class: 'bigplay', type: 'button', slot: 'centered-chrome', 'data-do': 'play', 'aria-label': say('play') }, icon('play', 'solid'));
  const spinner = make('media-loading-indicator', { slot: 'centered-chrome', noautohide: true });
  const menu = make('div', { class: 'vmenu', hidden: true, noautohide: true });
  const said = make('div', { class: 'flash', role: 'status', slot: 'middle-chrome', noautohide: true });
  const box = make('media-controller', { class: 'player', nohotkeys: true, autohide: 3, dir: 'ltr', lang: document.documentElement.lang }, video, sound, make('div', { class: 'scrim' }), spinner, big, top, said, controls, menu);
  player.replaceChildren(box);
  return { box, video, controls, row, time, menu, said, big, seek };
}

/** The bars of media-chrome name themselves; they get our names once they are there. */
function name(player) {
  for (const [tag, key] of [['media-time-range', 'seek'], ['media-volume-range', 'volume']]) {
    player.querySelector(tag)?.shadowRoot?.querySelector('#range')?.setAttribute('aria-label', say(key));
  }
  player.parts.box.setAttribute('aria-label', player.film.title);
}

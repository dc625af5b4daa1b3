// The keys everyone knows from elsewhere. They work anywhere on a film's page, but never while one is typing or a dialog is open.
import { deeds, flash, skip } from './controls.js';
import { make } from '../elements.js';
import { say } from '../words.js';

const FRAME = 1 / 30;
const louder = (player, by) => {
  const video = player.video;
  video.muted = false;
  video.volume = Math.min(1, Math.max(0, Math.round((video.volume + by) * 20) / 20));
  flash(player, `${Math.round(video.volume * 100)} %`);
};
const frame = (player, by) => player.video.paused && player.jump(player.video.currentTime + by * FRAME, { play: false });

const KEYS = {
  ' ': deeds.play, k: deeds.play, j: deeds.back, l: deeds.forward, m: deeds.mute, f: deeds.full, c: deeds.captions, t: deeds.wide, p: deeds.pip,
  i: deeds.pip, '>': deeds.faster, '<': deeds.slower, ',': (player) => frame(player, -1), '.': (player) => frame(player, 1), '?': () => help(),
  ArrowLeft: (player) => skip(player, -5), ArrowRight: (player) => skip(player, 5), ArrowUp: (player) => louder(player, 0.05), ArrowDown: (player) => louder(player, -0.05),
  Home: (player) => player.jump(0, { play: false }), End: (player) => player.jump(player.duration, { play: false }),
}; // prettier-ignore

const OWN = 'input, textarea, select, [contenteditable], dialog, [popover], .vmenu';
const PRESSED = 'button, a, summary, [role=slider], [role=button]';

export function attachKeys(player) {
  const down = (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    if (player.mini && !player.contains(event.target)) return;
    const path = event.composedPath();
    const target = path.find((one) => one instanceof Element) ?? document.body;
    const inRange = path.some((one) => one.localName === 'media-time-range' || one.localName === 'media-volume-range');
    if ((target.closest(OWN) && !inRange) || document.querySelector('dialog[open], :popover-open')) return;
    if (inRange && event.key.startsWith('Arrow')) return; // the bar has its own steps
    if ((event.key === ' ' || event.key === 'Enter') && target.closest(PRESSED) && !inRange) return;
    const act = /^[0-9]$/.test(event.key) ? () => player.jump((player.duration * Number(event.key)) / 10, { play: false }) : KEYS[event.key] ?? KEYS[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    act(player);
    player.parts.box.removeAttribute('userinactive');
  };
  document.addEventListener('keydown', down);
  return () => document.removeEventListener('keydown', down);
}

const LISTED = [
  ['Space', 'K', 'key_play'], ['J', 'L', 'key_skip'], ['←', '→', 'key_five'], ['↑', '↓', 'key_volume'], ['M', 'key_mute'], ['F', 'key_full'], ['T', 'key_wide'], ['P', 'key_pip'],
  ['C', 'key_captions'], ['<', '>', 'key_speed'], [',', '.', 'key_frame'], ['0', '9', 'key_tenth'], ['Home', 'End', 'key_ends'], ['/', 'key_search'], ['?', 'key_help'],
]; // prettier-ignore

function help() {
  const list = make('dl', { class: 'keys' });
  for (const row of LISTED) {
    const meaning = row.at(-1);
    list.append(make('dt', {}, ...row.slice(0, -1).map((key) => make('kbd', { class: 'kbd' }, key))), make('dd', {}, say(meaning)));
  }
  const close = make('button', { class: 'btn', type: 'button', 'data-close': true, autofocus: true }, say('close'));
  const dialog = make('dialog', { class: 'dialog', 'aria-label': say('keys') }, make('h2', {}, say('keys')), list, make('footer', {}, close));
  dialog.addEventListener('close', () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}

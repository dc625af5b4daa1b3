// The settings menu: quality, speed, sound, captions. One panel, opened by the gear.
import { icon, make } from '../elements.js';
import { say } from '../words.js';
import { show, spoken } from './tracks.js';

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

export function attachMenus(player) {
  const { menu } = player.parts;
  const gear = player.querySelector('[data-do=settings]');
  gear.setAttribute('aria-haspopup', 'true');
  gear.setAttribute('aria-expanded', 'false');
  const close = () => {
    if (menu.hidden) return;
    menu.hidden = true;
    gear.setAttribute('aria-expanded', 'false');
    player.parts.box.removeAttribute('noautohide');
  };
  const open = async () => {
    menu.hidden = false;
    gear.setAttribute('aria-expanded', 'true');
    player.parts.box.setAttribute('noautohide', '');
    await draw(player, close);
    menu.querySelector('[aria-checked=true], button')?.focus();
  };
  gear.addEventListener('click', () => (menu.hidden ? open() : close()));
  menu.addEventListener('keydown', (event) => onKey(event, menu, close, gear));
  const outside = (event) => !menu.hidden && !event.composedPath().includes(menu) && !event.composedPath().includes(gear) && close();
  document.addEventListener('pointerdown', outside);
  return () => document.removeEventListener('pointerdown', outside);
}

function onKey(event, menu, close, gear) {
  event.stopPropagation();
  const buttons = [...menu.querySelectorAll('button')];
  const now = buttons.indexOf(document.activeElement);
  const next = { ArrowDown: now + 1, ArrowUp: now - 1, Home: 0, End: buttons.length - 1 }[event.key];
  if (next !== undefined) {
    event.preventDefault();
    buttons.at(next % buttons.length)?.focus();
  }
  if (event.key === 'Escape') {
    event.preventDefault();
    close();
    gear.focus();
  }
}

async function draw(player, close) {
  const { source, video } = player;
  const qualities = [];
  if (source.canDirect && source.original) qualities.push(['original', player.film.directLabel ? `${say('original')} · ${player.film.directLabel}` : say('original')]);
  const heights = await source.heights();
  if (heights.length) qualities.push(['auto', source.wanted === 'auto' && source.height ? say('auto_now', { height: source.height }) : say('auto')]);
  qualities.push(...heights.map((height) => [height, `${height}p`]));
  const sections = [group(say('quality'), qualities, source.wanted, (what) => source.choose(what))];
  sections.push(group(say('speed_label'), RATES.map((rate) => [rate, rate === 1 ? say('normal') : `${rate}×`]), video.playbackRate, (rate) => (video.playbackRate = rate), 'chipset')); // prettier-ignore
  const sounds = source.sounds;
  sections.push(group(say('sound_track'), sounds.map((name, index) => [index, name]), source.sound, (index) => source.hear(index)));
  const tracks = spoken(video);
  if (tracks.length) {
    const shown = tracks.findIndex((track) => track.mode === 'showing');
    const names = [[-1, say('captions_off')], ...tracks.map((track, index) => [index, track.label || track.language])];
    sections.push(group(say('captions'), names, shown, (chosen) => show(video, tracks[chosen] ?? null)));
  }
  player.parts.menu.replaceChildren(...sections.filter(Boolean));
  player.parts.menu.onclick = (event) => event.target.closest('button') && close();
}

function group(title, choices, current, choose, kind = '') {
  if (choices.length < 2) return null;
  const box = make('div', { class: `vgroup ${kind}`.trim(), role: 'radiogroup', 'aria-label': title }, make('p', {}, title));
  for (const [value, text] of choices) {
    const chosen = value === current;
    const button = make('button', { type: 'button', role: 'radio', 'aria-checked': String(chosen) }, kind ? null : icon('check', 'sm'), make('span', {}, text));
    button.addEventListener('click', () => choose(value));
    box.append(button);
  }
  return box;
}

// Where the player stands: over the slot of a film's page, or small in a corner while one looks elsewhere. It is never moved in the document.
import { onPage } from '../pages.js';
import './element.js';

const host = document.getElementById('player-host');
const anchored = CSS.supports('anchor-name', '--player');

export const current = () => host.querySelector('vid-player');

function film(slot) {
  const { playerSlot: id, title, page, channel, hls, direct, directType, directLabel, poster, storyboard, start, duration, positionUrl, width, tracks } = slot.dataset;
  return {
    id, title, page, channel, hls, direct, directType, directLabel, poster, storyboard, positionUrl,
    start: Number(start) || 0, duration: Number(duration) || 0, picture: width !== '0', tracks: JSON.parse(tracks || '{}'),
    ready: slot.closest('[data-watch]')?.dataset.state === 'ready',
  }; // prettier-ignore
}

document.addEventListener('video-state', ({ detail }) => {
  if (detail.state === 'ready' && current()?.film?.id === detail.id) current().source?.finished();
});

function arrive(main, how) {
  const slot = main.querySelector('[data-player-slot]');
  const player = current();
  if (slot) return dock(slot, player, how);
  if (!player) return;
  if (player.playing) host.dataset.mode = 'mini';
  else close();
  player.mini = true;
}

function dock(slot, player, how) {
  host.dataset.mode = 'page';
  const wanted = film(slot);
  if (player?.film?.id === wanted.id) {
    player.mini = false;
    player.film = { ...player.film, ...wanted, start: player.film.start };
  } else {
    const fresh = document.createElement('vid-player');
    host.replaceChildren(fresh);
    fresh.load(wanted, { play: how === 'visit' });
  }
  follow(slot);
}

export function close() {
  host.replaceChildren();
  delete host.dataset.mode;
}

// Without anchor positioning the slot's place is measured.
let watcher = null;
function follow(slot) {
  watcher?.disconnect();
  if (anchored) return;
  const lay = () => {
    const box = slot.getBoundingClientRect();
    if (host.dataset.mode !== 'page' || !slot.isConnected) return host.removeAttribute('style');
    host.style.cssText = `top:${box.top + scrollY}px;left:${box.left + scrollX}px;width:${box.width}px;height:${box.height}px`;
  };
  watcher = new ResizeObserver(lay);
  watcher.observe(slot);
  watcher.observe(document.body);
}

host.addEventListener('player:close', close);
document.addEventListener('player:seek', (event) => {
  const player = current();
  if (!player) return;
  player.jump(event.detail);
  if (host.dataset.mode === 'page') scrollTo({ top: 0, behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' });
});
onPage(arrive);

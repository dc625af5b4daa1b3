// Where one stopped, told to the server every ten seconds, at every pause, and when the page goes away.
import { flash } from './controls.js';
import { clock, say } from '../words.js';

const EVERY = 10000;

export function attachPosition(player) {
  const { video } = player;
  const address = player.film.positionUrl;
  resume(player);
  if (!address) return undefined;
  let told = -1;
  let started = false;

  const worth = () => started && Number.isFinite(video.currentTime) && Math.abs(video.currentTime - told) > 0.5;
  const body = () => JSON.stringify({ position: Math.round(video.currentTime * 10) / 10 });
  const tell = () => {
    if (!worth()) return;
    told = video.currentTime;
    fetch(address, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body: body(), keepalive: true }).catch(() => {}); // the next one carries it
  };
  const last = () => {
    if (!worth()) return;
    told = video.currentTime;
    navigator.sendBeacon(address, new Blob([body()], { type: 'application/json' }));
  };
  const hidden = () => document.hidden && last();

  const timer = setInterval(tell, EVERY);
  video.addEventListener('playing', () => (started = true));
  video.addEventListener('pause', tell);
  video.addEventListener('ended', tell);
  addEventListener('pagehide', last);
  document.addEventListener('visibilitychange', hidden);
  return () => {
    last();
    clearInterval(timer);
    removeEventListener('pagehide', last);
    document.removeEventListener('visibilitychange', hidden);
  };
}

function resume(player) {
  const { start } = player.film;
  if (start > 5) player.video.addEventListener('playing', () => flash(player, say('resumed', { time: clock(start) })), { once: true });
}

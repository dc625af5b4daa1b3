// The keys of keyboards, headphones and lock screens; and the screen stays awake where the browser lets us ask.
import { deeds, skip } from './controls.js';

export function attachSession(player) {
  const { video } = player;
  let lock = null;
  const awake = async () => {
    if (!navigator.wakeLock || !player.playing || lock) return;
    lock = await navigator.wakeLock.request('screen').catch(() => null);
    lock?.addEventListener('release', () => (lock = null));
  };
  const rest = () => lock?.release();
  video.addEventListener('playing', awake);
  video.addEventListener('pause', rest);
  video.addEventListener('playing', () => describe(player));
  return () => {
    rest();
    if (navigator.mediaSession) navigator.mediaSession.metadata = null;
  };
}

function describe(player) {
  if (!navigator.mediaSession || !window.MediaMetadata) return;
  const { title, channel, poster } = player.film;
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist: channel, artwork: poster ? [{ src: poster }] : [] });
  const acts = { play: () => player.video.play(), pause: () => player.video.pause(), seekbackward: () => deeds.back(player), seekforward: () => skip(player, 10), seekto: (wish) => player.jump(wish.seekTime, { play: false }) };
  for (const [name, run] of Object.entries(acts)) {
    try {
      navigator.mediaSession.setActionHandler(name, run);
    } catch {
      // an older browser does not know this one
    }
  }
}

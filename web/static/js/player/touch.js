// Fingers: two taps at a side skip ten seconds; holding plays at double speed.
import { flash, skip } from './controls.js';

const DOUBLE = 300;
const HOLD = 550;

export function attachTouch(player) {
  const { box, video } = player.parts;
  const away = new AbortController();
  let last = { at: 0, side: 0 };
  let holding = 0;
  let before = 1;
  const release = () => {
    clearTimeout(holding);
    if (holding === -1) video.playbackRate = before;
    holding = 0;
  };
  box.addEventListener(
    'pointerdown',
    (event) => {
      if (event.pointerType !== 'touch' || event.target.closest('.controls, .vmenu, .mini-bar, button')) return;
      holding = setTimeout(() => {
        if (video.paused) return;
        before = video.playbackRate;
        video.playbackRate = 2;
        holding = -1;
        flash(player, '2×');
      }, HOLD);
    },
    { signal: away.signal },
  );
  box.addEventListener(
    'pointerup',
    (event) => {
      release();
      if (event.pointerType !== 'touch' || event.target.closest('.controls, .vmenu, .mini-bar, button')) return;
      const frame = box.getBoundingClientRect();
      const across = (event.clientX - frame.left) / frame.width;
      const side = across < 0.35 ? -1 : across > 0.65 ? 1 : 0;
      if (side && side === last.side && event.timeStamp - last.at < DOUBLE) skip(player, side * 10);
      last = { at: event.timeStamp, side };
    },
    { signal: away.signal },
  );
  box.addEventListener('pointercancel', release, { signal: away.signal });
  return () => away.abort();
}

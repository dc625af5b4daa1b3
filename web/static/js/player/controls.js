// What the buttons do, and how they show what is so.
import { label, swapIcon } from '../elements.js';
import { visit } from '../pages.js';
import { clock, say } from '../words.js';
import { lastShown, show, spoken } from './tracks.js';

export function attachControls(player) {
  const { video, row, time, big, box } = player.parts;
  const button = (name) => player.querySelector(`.ctl [data-do="${name}"]`);
  const away = new AbortController();
  const on = (target, names, run) => names.split(' ').forEach((name) => target.addEventListener(name, run, { signal: away.signal }));

  on(video, 'play pause ended emptied', () => {
    const going = player.playing;
    swapIcon(button('play'), going ? 'pause' : 'play');
    label(button('play'), say(going ? 'pause_film' : 'play'));
    big.hidden = going;
  });
  on(video, 'volumechange', () => {
    const silent = video.muted || video.volume === 0;
    swapIcon(button('mute'), silent ? 'volume-x' : video.volume < 0.5 ? 'volume-1' : 'volume-2');
    label(button('mute'), say(silent ? 'unmute' : 'mute'));
  });
  const tick = () => time.replaceChildren(clock(video.currentTime), Object.assign(document.createElement('span'), { textContent: ` / ${clock(player.duration)}` }));
  on(video, 'timeupdate durationchange seeking loadedmetadata', tick);
  const captions = () => (button('captions').hidden = !spoken(video).length);
  on(video.textTracks, 'addtrack removetrack', captions);
  on(video.textTracks, 'change', () => {
    const shown = spoken(video).some((track) => track.mode === 'showing');
    button('captions').classList.toggle('on', shown);
    button('captions').setAttribute('aria-pressed', String(shown));
  });
  on(document, 'fullscreenchange webkitfullscreenchange', () => {
    const full = document.fullscreenElement === box;
    swapIcon(button('full'), full ? 'minimize' : 'maximize');
    label(button('full'), say(full ? 'full_end' : 'full'));
  });
  on(player, 'click', (event) => {
    const pressed = event.target.closest('[data-do]');
    if (pressed) deeds[pressed.dataset.do]?.(player);
  });
  tick();
  captions();
  button('pip').hidden = !document.pictureInPictureEnabled;
  row.querySelector('.wide-only').setAttribute('aria-pressed', String('wide' in document.documentElement.dataset));
  return () => away.abort();
}

const RATES = [0.5, 0.75, 1, 1.25, 1.5, 1.75, 2];

/** Everything that can be done to a player, by name: buttons and keys both come here. */
export const deeds = {
  play(player) {
    if (player.playing) player.video.pause();
    else player.video.play().catch(() => {});
  },
  back: (player) => skip(player, -10),
  forward: (player) => skip(player, 10),
  mute: (player) => (player.video.muted = !player.video.muted),
  full(player) {
    const { box, video } = player.parts;
    if (document.fullscreenElement) document.exitFullscreen();
    else if (box.requestFullscreen) box.requestFullscreen().catch(() => {});
    else video.webkitEnterFullscreen?.(); // phones that allow it for the video alone
  },
  pip(player) {
    if (document.pictureInPictureElement) document.exitPictureInPicture();
    else player.video.requestPictureInPicture?.().catch(() => {});
  },
  wide(player) {
    const wide = document.documentElement.toggleAttribute('data-wide');
    player.querySelector('[data-do=wide]').setAttribute('aria-pressed', String(wide));
  },
  captions(player) {
    const tracks = spoken(player.video);
    if (!tracks.length) return;
    const shown = tracks.some((track) => track.mode === 'showing');
    show(player.video, shown ? null : lastShown(tracks));
    flash(player, shown ? say('captions_off') : spoken(player.video).find((track) => track.mode === 'showing').label);
  },
  faster: (player) => rate(player, 1),
  slower: (player) => rate(player, -1),
  return: (player) => visit(player.film.page),
  close: (player) => player.dispatchEvent(new CustomEvent('player:close', { bubbles: true })),
};

export function skip(player, by) {
  player.jump(player.video.currentTime + by, { play: false });
  flash(player, `${by > 0 ? '+' : '−'}${Math.abs(by)} s`);
}

function rate(player, step) {
  const now = RATES.findIndex((one) => one >= player.video.playbackRate - 0.01);
  const next = RATES[Math.min(RATES.length - 1, Math.max(0, now + step))];
  player.video.playbackRate = next;
  flash(player, `${next}×`);
}

let fading = 0;
export function flash(player, text) {
  player.parts.said.textContent = text;
  player.parts.said.classList.add('on');
  clearTimeout(fading);
  fading = setTimeout(() => player.parts.said.classList.remove('on'), 900);
}

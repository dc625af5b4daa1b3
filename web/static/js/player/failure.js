// When it does not play: what happened in plain words, and three ways on.
import { copy } from '../copying.js';
import { icon, make } from '../elements.js';
import { say } from '../words.js';

export function showFailure(player, why, details) {
  clearFailure(player);
  const again = make('button', { class: 'btn primary', type: 'button' }, icon('refresh-cw', 'sm'), say('try_again'));
  again.addEventListener('click', () => {
    clearFailure(player);
    player.source.retry();
  });
  const row = make('div', { class: 'row' }, again);
  const { source, film } = player;
  if (film.direct && source.mode !== 'direct' && why !== 'fail_gone') {
    const original = make('button', { class: 'btn ghost', type: 'button' }, icon('play', 'sm'), say('play_original'));
    original.addEventListener('click', () => (clearFailure(player), source.choose('original'), player.video.play().catch(() => {})));
    row.append(original);
  }
  const report = make('button', { class: 'btn ghost', type: 'button' }, icon('copy', 'sm'), say('copy_details'));
  report.addEventListener('click', () => copy(JSON.stringify({ film: film.id, why, mode: source.mode, at: player.video.currentTime, browser: navigator.userAgent, ...details }, null, 1)));
  row.append(report);
  player.append(make('div', { class: 'failure', role: 'alert' }, make('p', { class: 'big' }, say(why)), row));
  player.toggleAttribute('failed', true);
}

export function clearFailure(player) {
  player.querySelector('.failure')?.remove();
  player.toggleAttribute('failed', false);
}

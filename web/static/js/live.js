// One stream of news per tab. What it says about a film is shown wherever the film is on the page, and told on as `video-state`.
import { onPage } from './pages.js';
import { config, say, wait } from './words.js';

const STREAM = '/x/events';
let source = null;
let tries = 0;

export function listen() {
  if (source || !config.signed_in) return;
  source = new EventSource(STREAM);
  source.addEventListener('open', () => {
    if (tries > 1) document.dispatchEvent(new CustomEvent('live:back')); // news may have been missed
    tries = 0;
    away(false);
  });
  source.addEventListener('video', (event) => tell(JSON.parse(event.data)));
  source.addEventListener('job', (event) => tellOfJob(JSON.parse(event.data)));
  source.addEventListener('error', () => {
    tries += 1;
    if (tries > 1) away(true);
    if (source.readyState !== EventSource.CLOSED) return;
    source = null; // the browser gave up (a refusal): once more, later and later
    setTimeout(listen, Math.min(60000, 2000 * 2 ** tries));
  });
}

function away(gone) {
  const notice = document.getElementById('offline');
  if (notice) notice.hidden = !gone;
}

addEventListener('offline', () => away(true));
addEventListener('online', () => away(false));
addEventListener('pagehide', () => source?.close());
addEventListener('pageshow', (event) => {
  if (event.persisted) (source = null), listen();
});

function tell(news) {
  document.dispatchEvent(new CustomEvent('video-state', { detail: news }));
  document.querySelectorAll(`[data-video-id="${CSS.escape(news.id)}"]`).forEach((box) => show(box, news));
  const watch = document.querySelector(`[data-watch="${CSS.escape(news.id)}"]`);
  if (watch && turned(watch, news)) reload();
}

/** A row of the keeper's jobs: its bar and what is left move; a row that is another now is fetched with its list. */
function tellOfJob(news) {
  const row = document.querySelector(`[data-job-id="${CSS.escape(news.id)}"]`);
  const measure = row?.querySelector('.measure');
  const belongs = row || document.querySelector('[data-jobs="running"]');
  if (belongs && Boolean(measure) !== (news.state === 'running')) return later();
  if (!measure) return;
  const percent = Math.round(100 * news.progress);
  measure.querySelector('i').style.inlineSize = `${percent}%`;
  measure.querySelector('span').textContent = `${percent} %`;
  const left = row.querySelector('[data-left]');
  if (left && news.eta_seconds != null) left.textContent = say('left', { time: wait(news.eta_seconds) });
}

let waiting = 0;
function later() {
  waiting ||= setTimeout(() => ((waiting = 0), reload()), 1000); // many jobs may change at once
}

/** A watch page is fetched anew when the film begins to play, fails, or is finished; the player goes on if it is there. */
function turned(page, news) {
  const playable = String(Boolean(news.playable));
  const ended = ['ready', 'failed', 'needs_attention'];
  const changed = page.dataset.playable !== playable || (page.dataset.state !== news.state && (ended.includes(news.state) || ended.includes(page.dataset.state)));
  page.dataset.playable = playable;
  page.dataset.state = news.state;
  return changed;
}

export function reload() {
  window.htmx?.ajax('GET', location.pathname + location.search, { target: '#main', select: '#main', swap: 'outerHTML' });
}

function show(box, news) {
  const before = box.dataset.state;
  box.dataset.state = news.state;
  const working = ['uploading', 'queued', 'processing'].includes(news.state);
  box.querySelectorAll('.thumb').forEach((thumb) => onThumb(thumb, news, working && !news.playable));
  box.querySelectorAll('.reel').forEach((reel) => drawReel(reel, news));
  box.querySelectorAll('[data-reason]').forEach((line) => (line.textContent = news.reason ?? line.textContent));
  const measure = box.querySelector('.measure');
  if (measure && news.percent != null) {
    measure.querySelector('i').style.inlineSize = `${news.percent}%`;
    measure.querySelector('span').textContent = `${Math.round(news.percent)} %`;
  }
  if (measure && before !== news.state && !working) reload();
}

function onThumb(thumb, news, waiting) {
  const image = thumb.querySelector('img');
  if (news.thumbnail && !image) {
    const fresh = Object.assign(new Image(), { src: news.thumbnail, alt: '' });
    thumb.querySelector('.none')?.remove();
    thumb.prepend(fresh);
  }
  const work = thumb.querySelector('.work');
  if (!waiting) {
    work?.remove();
    if (news.playable && !['failed', 'needs_attention'].includes(news.state)) thumb.querySelector('.badge:has(.spin)')?.remove();
    return;
  }
  if (!work || news.percent == null) return;
  const left = news.eta_seconds ? ` · ${say('left', { time: wait(news.eta_seconds) })}` : '';
  work.querySelector('span').textContent = `${Math.round(news.percent)} %${left}`;
  const bar = work.querySelector('.bar');
  bar.classList.remove('unknown');
  bar.querySelector('i').style.inlineSize = `${news.percent}%`;
}

/** Uploaded → Plays here → Plays everywhere, from what is known of a film. `sent` is 0..100 while it uploads, `first` how that goes. */
export function drawReel(reel, { state, playable, percent = 0, sent = 100, first = 'now' }) {
  const bad = ['failed', 'needs_attention'].includes(state);
  const sending = state === 'uploading';
  const steps = [
    [sending ? first : 'done', sending ? sent : 100, sending ? 'uploading' : 'uploaded'],
    [playable ? 'done' : bad ? 'trouble' : sending ? '' : 'now', playable ? 100 : 0, 'plays_here'],
    [state === 'ready' ? 'done' : bad ? 'trouble' : playable ? 'now' : '', state === 'ready' ? 100 : playable ? percent ?? 0 : 0, 'plays_everywhere'],
  ];
  [...reel.children].forEach((step, index) => {
    const [kind, share, text] = steps[index];
    step.className = kind;
    step.querySelector('.bar i').style.inlineSize = `${share}%`;
    step.querySelector('.lbl > span').textContent = say(text);
  });
}

onPage(() => listen());

// One file in the list of the upload page: its picture, its reel line and one sentence.
import { icon } from '../elements.js';
import { drawReel } from '../live.js';
import { say, size, wait } from '../words.js';

export function makeRow(sending, act) {
  const row = document.getElementById('upload-row').content.firstElementChild.cloneNode(true);
  row.addEventListener('click', (event) => {
    const deed = event.target.closest('[data-act]')?.dataset.act;
    if (deed && deed !== 'watch') act(deed, sending);
    else if (!deed) act('choose', sending);
  });
  drawRow(row, sending);
  return row;
}

export function drawRow(row, sending) {
  const { file, details, news } = sending;
  row.classList.toggle('refused', sending.state === 'refused');
  row.querySelector('[data-title]').textContent = details.title || file.name;
  row.querySelector('[data-choose-label]').textContent = `${say('details')}: ${details.title}`;
  row.querySelector('[data-facts]').textContent = [file.name.split('.').pop().toUpperCase(), size(file.size)].join(', ');
  picture(row, news?.thumbnail);
  const share = file.size ? (sending.sent / file.size) * 100 : 0;
  const state = sending.state === 'sent' ? news?.state ?? 'processing' : 'uploading';
  drawReel(row.querySelector('.reel'), { state, playable: news?.playable, percent: news?.percent, sent: share, first: { refused: 'trouble', waiting: '' }[sending.state] });
  buttons(row, sending);
  const [drawing, text] = sentence(sending);
  const said = row.querySelector('[data-said]');
  if (said.dataset.text !== text) said.replaceChildren(icon(drawing, 'sm'), text);
  said.dataset.text = text;
}

function picture(row, address) {
  const thumb = row.querySelector('.thumb');
  if (!address || thumb.querySelector('img')) return;
  thumb.querySelector('.none')?.remove();
  thumb.prepend(Object.assign(new Image(), { src: address, alt: '' }));
}

function buttons(row, { state, video, news }) {
  const shown = {
    watch: Boolean(video && news?.playable), now: state === 'waiting', pause: state === 'sending' || state === 'stuck', resume: state === 'paused',
    cancel: state !== 'sent',
  }; // prettier-ignore
  for (const [name, on] of Object.entries(shown)) {
    const button = row.querySelector(`[data-act=${name}]`);
    if (button) button.hidden = !on;
  }
  const watch = row.querySelector('[data-act=watch]');
  if (shown.watch && watch.getAttribute('href') !== `/w/${video}`) {
    watch.href = `/w/${video}`;
    window.htmx?.process(watch);
  }
}

function sentence({ state, sent, speed, left, file, reason, news, already }) {
  const share = { sent: size(sent), total: size(file.size) };
  if (state === 'sent') return already ? ['copy', say('already_here', { title: already })] : afterwards(news);
  if (state === 'refused') return ['circle-alert', say('refused', { reason })];
  if (state === 'paused') return ['pause', say('paused', share)];
  if (state === 'stuck') return ['wifi-off', say('waits_network')];
  if (state === 'waiting') return ['clock', say('waits')];
  const parts = [say('of_size', share)];
  if (speed > 0) parts.push(say('speed', { size: size(speed) }), say('left', { time: wait(left) }));
  return ['arrow-up', parts.join(' · ')];
}

function afterwards(news) {
  if (!news) return ['circle-check', say('looking')];
  if (['failed', 'needs_attention'].includes(news.state)) return ['circle-alert', news.reason || say('needs_look')];
  if (news.state === 'ready') return ['circle-check', say('ready_everywhere')];
  if (!news.playable) return ['loader', news.reason || say('looking')];
  const soon = news.eta_seconds ? say('smaller_in', { time: wait(news.eta_seconds) }) : say('smaller_soon');
  return ['circle-check', `${say('ready_here')} ${soon}`];
}

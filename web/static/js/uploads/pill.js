// The small sign in the app bar: how much of everything has gone, and the way back to the list.
import { make } from '../elements.js';
import { say } from '../words.js';

export function drawPill(list) {
  const pill = document.querySelector('upload-pill');
  if (!pill) return;
  const open = list.filter((one) => one.open);
  const counted = list.filter((one) => one.open || one.state === 'sent');
  const total = counted.reduce((sum, one) => sum + one.file.size, 0);
  const sent = counted.reduce((sum, one) => sum + one.sent, 0);
  pill.classList.toggle('on', open.length > 0);
  if (!open.length) return;
  if (!pill.firstChild) {
    pill.append(make('a', { href: '/upload' }, make('i', { class: 'ring' }), make('span', {})));
    window.htmx?.process(pill);
  }
  const link = pill.firstChild;
  const text = say('sending_count', { count: open.length });
  link.querySelector('.ring').style.setProperty('--done', `${(sent / total) * 100}%`);
  link.querySelector('span').textContent = text;
  link.setAttribute('aria-label', `${text}, ${Math.round((sent / total) * 100)} %`);
}

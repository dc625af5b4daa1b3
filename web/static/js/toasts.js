// One sentence at the bottom, for six seconds; longer while the pointer or the focus is on it.
import { icon, make } from './elements.js';
import { say } from './words.js';

const LASTS = 6000;

/** action: {label, run}. */
export function toast(text, { kind = 'ok', action = null } = {}) {
  const drawing = { ok: 'circle-check', danger: 'circle-alert', warn: 'triangle-alert', info: 'info' }[kind];
  const box = make('div', { class: 'toast', 'data-toast': true }, icon(drawing), make('span', { class: 'grow' }, text));
  if (action) {
    const button = make('button', { class: 'btn small', type: 'button' }, action.label);
    button.addEventListener('click', () => (box.remove(), action.run()));
    box.append(button);
  }
  box.append(make('button', { class: 'iconbtn', type: 'button', 'data-dismiss': true, 'aria-label': say('close') }, icon('x', 'sm')));
  document.getElementById('toasts').append(box);
}

function leave(box) {
  let timer = setTimeout(() => box.remove(), LASTS);
  const hold = () => clearTimeout(timer);
  const release = () => {
    hold();
    timer = setTimeout(() => box.remove(), LASTS / 2);
  };
  box.addEventListener('pointerenter', hold);
  box.addEventListener('focusin', hold);
  box.addEventListener('pointerleave', release);
  box.addEventListener('focusout', release);
}

const tray = document.getElementById('toasts');
new MutationObserver((changes) => {
  for (const change of changes) for (const node of change.addedNodes) if (node.nodeType === 1) leave(node);
}).observe(tray, { childList: true });
tray.addEventListener('click', (event) => event.target.closest('[data-dismiss]')?.closest('.toast').remove());

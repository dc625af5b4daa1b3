// Dialogs open from any element with data-open="id" and close from data-close, the backdrop or Esc. Menus are popovers of the page.
import { make } from './elements.js';

document.addEventListener('click', (event) => {
  const opener = event.target.closest('[data-open]');
  if (opener) document.getElementById(opener.dataset.open)?.showModal();
  const closer = event.target.closest('[data-close]');
  if (closer) closer.closest('dialog')?.close();
  if (event.target instanceof HTMLDialogElement && outside(event)) event.target.close();
  const menu = event.target.closest('.menu[popover]');
  if (menu && event.target.closest('a, button')) menu.hidePopover();
});

function outside(event) {
  const box = event.target.getBoundingClientRect();
  return event.clientX < box.left || event.clientX > box.right || event.clientY < box.top || event.clientY > box.bottom;
}

/** Asks; true when the second button was pressed. The safe one comes first and has the focus. */
export function ask({ title, text, keep, act }) {
  return new Promise((resolve) => {
    const no = make('button', { class: 'btn quiet', type: 'button', autofocus: true }, keep);
    const yes = make('button', { class: 'btn danger', type: 'button' }, act);
    const dialog = make('dialog', { class: 'dialog', 'aria-label': title }, make('h2', {}, title), make('p', { class: 'muted small' }, text), make('footer', {}, no, yes));
    let answer = false;
    no.addEventListener('click', () => dialog.close());
    yes.addEventListener('click', () => ((answer = true), dialog.close()));
    dialog.addEventListener('close', () => (dialog.remove(), resolve(answer)));
    document.body.append(dialog);
    dialog.showModal();
  });
}

// Where the browser cannot anchor a popover to its button, we place it.
const anchors = CSS.supports('position-area', 'block-end');
document.addEventListener('toggle', (event) => place(event.target, event.newState), true);

function place(menu, state) {
  if (!menu.matches?.('.menu[popover]')) return;
  const button = document.querySelector(`[popovertarget="${CSS.escape(menu.id)}"]`);
  button?.setAttribute('aria-expanded', String(state === 'open'));
  if (anchors || state !== 'open' || !button) return;
  const box = button.getBoundingClientRect();
  const below = innerHeight - box.bottom > menu.offsetHeight + 12;
  menu.style.insetBlockStart = `${below ? box.bottom : Math.max(8, box.top - menu.offsetHeight - 12)}px`;
  menu.style.left = `${Math.max(8, Math.min(innerWidth - menu.offsetWidth - 8, box.right - menu.offsetWidth))}px`;
}

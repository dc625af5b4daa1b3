// Copying, also on plain HTTP, where the browser has no clipboard for us.
import { toast } from './toasts.js';
import { say } from './words.js';

export async function copy(text) {
  const done = (await modern(text)) || byHand(text);
  toast(done ? say('copied') : say('copy_failed', { text }), { kind: done ? 'ok' : 'info' });
}

async function modern(text) {
  if (!navigator.clipboard) return false;
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // refused by the browser; the other way may still work
  }
}

function byHand(text) {
  const field = document.createElement('textarea');
  field.value = text;
  field.style.cssText = 'position:fixed;inset-block-start:0;opacity:0';
  const before = document.activeElement;
  (document.querySelector('dialog[open]') ?? document.body).append(field);
  field.select();
  const done = document.execCommand('copy');
  field.remove();
  before?.focus?.();
  return done;
}

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-copy], [data-copy-url]');
  if (!button) return;
  event.preventDefault();
  copy(button.dataset.copy ?? new URL(button.dataset.copyUrl, location.href).href);
});

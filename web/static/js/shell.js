// The shell's own small things: theme, the / key, links to moments, passwords that show themselves, requests that fail.
import { toast } from './toasts.js';
import { label, swapIcon } from './elements.js';
import { say } from './words.js';

const typing = (target) => target.closest?.('input, textarea, select, [contenteditable]');

document.addEventListener('change', (event) => {
  if (!event.target.closest('[data-theme-choice]')) return;
  const theme = event.target.value;
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  document.cookie = `theme=${theme}; path=/; max-age=${theme ? 31536000 : 0}; samesite=lax`;
});

document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const field = [...document.querySelectorAll('[role=search] input')].find((one) => one.offsetParent !== null);
  if (!field) return;
  event.preventDefault();
  field.focus();
  field.select();
});

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-reveal]');
  if (!button) return;
  const field = document.getElementById(button.dataset.reveal);
  const shown = field.type === 'password';
  field.type = shown ? 'text' : 'password';
  button.setAttribute('aria-pressed', String(shown));
  label(button, say(shown ? 'hide_password' : 'show_password'));
  swapIcon(button, shown ? 'eye-off' : 'eye');
});

// htmx says nothing to people when a request fails on its way; we do. Refusals by the server come as pages or toasts.
document.addEventListener('htmx:error', (event) => {
  const ctx = event.detail?.ctx;
  if (ctx && !ctx.response) toast(say('request_failed'), { kind: 'danger' });
});

// A link to a moment (12:40 in a description) goes there in the film that is on the page.
document.addEventListener(
  'click',
  (event) => {
    const moment = event.target.closest('[data-moment]');
    if (!moment || event.ctrlKey || event.metaKey || event.shiftKey || !document.querySelector('vid-player')) return;
    event.preventDefault();
    event.stopPropagation();
    document.dispatchEvent(new CustomEvent('player:seek', { detail: Number(moment.dataset.moment) }));
  },
  true, // before htmx, which would fetch the page anew
);

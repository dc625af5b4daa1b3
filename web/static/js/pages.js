// Tells who wants to know that a page is there: at the start, and after every change of #main.
const listeners = new Set();
let arrival = 'load'; // 'load' | 'visit' (a link of ours was followed) | 'back' (history) | 'refresh' (the same page anew)

/** Calls back with (main, how one came) now and after each page change. */
export function onPage(listener) {
  listeners.add(listener);
  listener(document.getElementById('main'), 'load');
}

const positions = new Map();
const place = () => `${location.pathname}${location.search}`;
let here = place();
let still = false; // while #main is being changed, scrolling is not the reader's

addEventListener('scroll', () => still || positions.set(here, scrollY), { passive: true });
document.addEventListener('htmx:before:history:restore', () => {
  arrival = 'back';
  still = true;
});
document.addEventListener('htmx:before:history:update', (event) => {
  if (event.detail.history.type !== 'push') return;
  arrival = 'visit';
  still = true;
});

document.addEventListener('htmx:finally:swap', (event) => {
  const ctx = event.detail.ctx;
  const main = document.getElementById('main');
  if (!main || !(ctx?.select === '#main' || ctx?.select?.includes?.('hx-history-elt'))) return;
  const how = arrival === 'load' ? 'refresh' : arrival; // fetched anew without going anywhere
  arrival = 'load';
  here = place();
  if (how !== 'refresh') settle(main, how);
  requestAnimationFrame(() => (still = false));
  for (const listener of listeners) listener(main, how);
});

function settle(main, how) {
  if (location.hash.length < 2) scrollTo(0, how === 'back' ? positions.get(here) ?? 0 : 0);
  const wanted = main.querySelector('[autofocus]');
  (wanted ?? main).focus({ preventScroll: true });
  const announcer = document.getElementById('announcer');
  if (announcer) announcer.textContent = document.title;
}

/** Goes to a page of ours as a link would, so that the player and the uploads go on. */
export function visit(address) {
  const link = document.createElement('a');
  link.href = address;
  link.hidden = true;
  document.body.append(link);
  window.htmx?.process(link);
  link.click();
  link.remove();
}

// "Show more": fetches the next page and takes the items and the next button from it. The same page, no fragment of its own.
import { onPage } from './pages.js';
import { toast } from './toasts.js';
import { say } from './words.js';

async function more(link) {
  const id = link.dataset.more;
  const response = await fetch(link.href, { headers: { Accept: 'text/html' } });
  if (!response.ok) throw new Error(String(response.status));
  const page = new DOMParser().parseFromString(await response.text(), 'text/html');
  const list = document.getElementById(id);
  const items = [...(page.getElementById(id)?.children ?? [])].map((item) => document.adoptNode(item));
  list.append(...items);
  items.forEach((item) => window.htmx?.process(item));
  const pager = page.getElementById(`${id}-pager`);
  document.getElementById(`${id}-pager`).replaceWith(pager ? document.adoptNode(pager) : '');
  items[0]?.querySelector('a')?.focus({ preventScroll: true });
}

document.addEventListener('click', async (event) => {
  const link = event.target.closest('[data-more]');
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  if (link.getAttribute('aria-busy')) return;
  link.setAttribute('aria-busy', 'true');
  try {
    await more(link);
  } catch {
    link.removeAttribute('aria-busy');
    toast(say('request_failed'), { kind: 'danger', action: { label: say('try_again'), run: () => link.click() } });
  }
});

// Lists of work look again by themselves while they are on the screen.
let timer = 0;
onPage((main) => {
  clearInterval(timer);
  const list = main.querySelector('[data-refresh]');
  if (!list) return;
  timer = setInterval(async () => {
    if (document.hidden || list.contains(document.activeElement) || document.querySelector('dialog[open], :popover-open')) return;
    const response = await fetch(location.href, { headers: { Accept: 'text/html' } }).catch(() => null);
    if (!response?.ok) return;
    const fresh = new DOMParser().parseFromString(await response.text(), 'text/html').querySelector('[data-refresh]');
    if (fresh && list.isConnected) list.replaceChildren(...fresh.childNodes), window.htmx?.process(list);
  }, Number(list.dataset.refresh) * 1000);
});

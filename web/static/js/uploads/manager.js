// <upload-manager>: stands in the shell, so sending goes on while one looks at other pages. Two files go at a time.
import { ask } from '../dialogs.js';
import { icon, make } from '../elements.js';
import { onPage, visit } from '../pages.js';
import { toast } from '../toasts.js';
import { say } from '../words.js';
import { Details } from './details.js';
import { listInterrupted } from './interrupted.js';
import { watchDrops, watchPickers } from './picking.js';
import { drawPill } from './pill.js';
import { drawRow, makeRow } from './row.js';
import { Sending } from './sending.js';

const AT_ONCE = 2;

class UploadManager extends HTMLElement {
  #list = [];
  #rows = new Map();
  #details = new Details((sending) => this.#draw(sending));

  connectedCallback() {
    watchPickers((files) => this.add(files));
    watchDrops((files) => this.add(files));
    onPage((main) => this.#arrive(main));
    document.addEventListener('video-state', (event) => this.#news(event.detail));
    document.addEventListener('live:back', () => this.#list.forEach((sending) => this.#look(sending)));
    addEventListener('online', () => this.#list.filter((one) => one.state === 'stuck').forEach((one) => one.start()));
    addEventListener('beforeunload', (event) => this.#list.some((one) => ['sending', 'waiting', 'stuck'].includes(one.state)) && event.preventDefault());
    setInterval(() => this.#list.forEach((one) => one.state === 'sent' && !one.news?.playable && this.#look(one)), 5000);
  }

  add(files) {
    const page = document.querySelector('[data-upload-details]');
    const first = { channel: page?.elements.channel?.value, privacy: page?.querySelector('[name=privacy][checked]')?.value };
    for (const file of files) {
      if (!file.size) this.#note(say('empty_file', { name: file.name }));
      else if (this.#running(file.name, file.size)) this.#note(say('again', { name: file.name }));
      else this.#list.push(new Sending(file, first, (sending, what) => this.#changed(sending, what)));
    }
    if (!document.querySelector('[data-upload-page]')) visit('/upload');
    this.#arrive(document.getElementById('main'));
    this.#next();
  }

  #running(name, bytes) {
    return this.#list.some((one) => one.file.name === name && one.file.size === bytes && !['refused', 'cancelled'].includes(one.state));
  }

  #note(text) {
    const place = document.querySelector('[data-upload-notes]');
    if (!place) return toast(text, { kind: 'warn' });
    place.append(make('p', { class: 'banner', role: 'status' }, icon('info'), make('span', { class: 'grow', dir: 'auto' }, text)));
    return undefined;
  }

  #next() {
    const going = this.#list.filter((one) => one.state === 'sending').length;
    this.#list.filter((one) => one.state === 'waiting').slice(0, Math.max(0, AT_ONCE - going)).forEach((one) => one.start()); // prettier-ignore
  }

  #changed(sending, what) {
    if (what === 'created' || what === 'sent') this.#details.flush(sending).then(() => this.#details.link());
    if (what === 'sent') this.#look(sending);
    if (what === 'cancelled') this.#remove(sending);
    if (['sent', 'refused', 'paused', 'stuck', 'cancelled'].includes(what)) this.#next();
    this.#draw(sending);
  }

  #remove(sending) {
    this.#list = this.#list.filter((one) => one !== sending);
    this.#rows.get(sending)?.remove();
    this.#rows.delete(sending);
    if (this.#details.chosen === sending) this.#choose(this.#list[0] ?? null);
  }

  /** Asks how the film stands, where no news came by itself. */
  async #look(sending) {
    if (!sending.video) return;
    const response = await fetch(`/api/v1/videos/${sending.video}`, { headers: { Accept: 'application/json' } }).catch(() => null);
    if (response?.ok) this.#news(await response.json());
  }

  #news(news) {
    const sending = this.#list.find((one) => one.video && one.video === news.id);
    if (!sending) return;
    sending.news = { ...sending.news, ...news };
    this.#draw(sending);
  }

  #arrive(main) {
    const page = main.querySelector('[data-upload-page]');
    if (page) {
      const place = page.querySelector('[data-upload-list]');
      for (const sending of this.#list) {
        if (!this.#rows.has(sending)) this.#rows.set(sending, makeRow(sending, (deed, one) => this.#act(deed, one)));
        place.append(this.#rows.get(sending));
      }
      listInterrupted(this.#corner(page), (name, bytes) => this.#running(name, bytes));
      this.#choose(this.#details.chosen ?? this.#list[0] ?? null);
    }
    this.#sum();
  }

  #corner(page) {
    return page.querySelector('[data-interrupted-list]') ?? page.querySelector('[data-upload-notes]').appendChild(make('div', { class: 'stack tight', 'data-interrupted-list': true }));
  }

  #choose(sending) {
    for (const [one, row] of this.#rows) row.querySelector('[data-choose]').setAttribute('aria-pressed', String(one === sending));
    this.#details.choose(sending);
  }

  async #act(deed, sending) {
    if (deed === 'choose') this.#choose(sending), this.#details.show();
    if (deed === 'now' || deed === 'resume') sending.start();
    if (deed === 'pause') sending.pause();
    if (deed !== 'cancel') return;
    if (sending.open && sending.sent > sending.file.size / 50 && !(await ask({ title: say('cancel_title', { name: sending.details.title }), text: say('cancel_text'), keep: say('keep_sending'), act: say('stop_sending') }))) return; // prettier-ignore
    sending.cancel();
  }

  #draw(sending) {
    const row = this.#rows.get(sending);
    if (row) drawRow(row, sending);
    this.#sum();
  }

  #sum() {
    const summary = document.querySelector('[data-upload-summary]');
    const count = this.#list.length;
    if (summary && count) summary.textContent = say(count === 1 ? 'file_summary' : 'files_summary', { count });
    drawPill(this.#list);
  }
}

customElements.define('upload-manager', UploadManager);

// Trim and cut: marks on the whole film, rows of times, a preview that jumps over what is left out. Without this, the rows are a plain form.
import { onPage } from './pages.js';
import { script } from './scripts.js';
import { config, say } from './words.js';

const FRAME = 1 / 30;
const LEAST = 0.5;

/** 1:02:03.500 or 62,25: seconds, or null. */
export function read(text) {
  const parts = text.trim().replace(',', '.').split(':');
  if (!text.trim() || parts.length > 3 || !parts.every((part, index) => (index < parts.length - 1 ? /^\d+$/ : /^\d+(\.\d+)?$/).test(part))) return null;
  return parts.reduce((sum, part) => sum * 60 + Number(part), 0);
}

export function write(seconds) {
  const whole = Math.round(seconds * 1000);
  const tail = `${String(Math.floor(whole / 1000) % 60).padStart(2, '0')}.${String(whole % 1000).padStart(3, '0')}`;
  const minutes = Math.floor(whole / 60000);
  return minutes < 60 ? `${minutes}:${tail}` : `${Math.floor(minutes / 60)}:${String(minutes % 60).padStart(2, '0')}:${tail}`;
}

/** The pieces without [from, to): a piece is shortened, divided or left out. */
export function without(pieces, from, to) {
  const left = pieces.flatMap(([start, end]) => [[start, Math.min(end, from)], [Math.max(start, to), end]]); // prettier-ignore
  return left.filter(([start, end]) => end - start >= LEAST);
}

class Cutting {
  #box;
  #whole;
  #film;
  #hls = null;
  #before = [];
  #hole = null;
  #away = new AbortController();

  constructor(box) {
    this.#box = box;
    this.#whole = Number(box.dataset.whole);
    this.#film = this.#part('film');
    const on = (target, events, act) => events.split(' ').forEach((name) => target?.addEventListener(name, act, { signal: this.#away.signal }));
    on(this.#part('in'), 'click', () => this.#begin());
    on(this.#part('out'), 'click', () => this.#end());
    on(this.#part('hole'), 'click', () => this.#cutOut());
    on(this.#part('add'), 'click', () => this.#change([...this.pieces, this.#fresh()]));
    on(this.#part('undo'), 'click', () => this.#undo());
    on(this.#part('preview'), 'click', () => this.#preview());
    on(this.#part('rows'), 'click', (event) => this.#onRow(event));
    on(this.#part('rows'), 'input', () => this.#draw());
    on(this.#part('bar'), 'pointerdown pointermove', (event) => event.buttons && this.#seek(event));
    on(document, 'keydown', (event) => this.#key(event));
    if (this.#film) {
      on(this.#film, 'timeupdate seeking seeked loadedmetadata', () => this.#tick());
      this.#load();
    }
    this.#draw();
  }

  leave() {
    this.#away.abort();
    this.#hls?.destroy();
  }

  #part(name) {
    return this.#box.querySelector(`[data-cut-${name}]`);
  }

  get #rows() {
    return [...this.#part('rows').children];
  }

  /** Pieces that are whole, as they stand in the rows. */
  get pieces() {
    return this.#rows.map((row) => [...row.querySelectorAll('input')].map((input) => read(input.value))).filter(([start, end]) => start !== null && end !== null && end > start);
  }

  get #now() {
    return Math.min(this.#film?.currentTime ?? 0, this.#whole);
  }

  async #load() {
    const { hls, direct, directType } = this.#film.dataset;
    if (direct && this.#film.canPlayType(directType) !== '') return (this.#film.src = direct);
    await script(config.hls).catch(() => {});
    if (!window.Hls?.isSupported()) return (this.#film.src = hls);
    this.#hls = new window.Hls({ workerPath: config.hls_worker, startLevel: 0 });
    this.#hls.loadSource(hls);
    return this.#hls.attachMedia(this.#film);
  }

  #change(pieces) {
    this.#before.push(this.#rows.map((row) => [...row.querySelectorAll('input')].map((input) => input.value)));
    this.#put(pieces.toSorted((one, other) => one[0] - other[0]).map((piece) => piece.map(write)));
  }

  #put(texts) {
    const rows = texts.map(([start, end], index) => {
      const row = this.#part('template').content.firstElementChild.cloneNode(true);
      const [from, to] = row.querySelectorAll('input');
      [from.value, to.value] = [start, end];
      row.querySelector('.cutnumber').textContent = index + 1;
      return row;
    });
    this.#part('rows').replaceChildren(...rows);
    this.#draw();
  }

  #undo() {
    const texts = this.#before.pop();
    if (texts) this.#put(texts);
  }

  /** The next stretch of which nothing is kept, or the end of the film. */
  #fresh() {
    const [last] = this.pieces.toReversed();
    return last && last[1] < this.#whole - LEAST ? [last[1] + LEAST, this.#whole] : [0, this.#whole];
  }

  /** The piece under the pointer begins here; between two pieces, the next one does. */
  #begin() {
    const now = this.#now;
    const pieces = this.pieces;
    const index = pieces.findIndex(([, end]) => now < end);
    if (index < 0) return this.#change([...pieces, [now, this.#whole]]);
    return this.#change(pieces.map((piece, at) => (at === index ? [now, piece[1]] : piece)));
  }

  #end() {
    const now = this.#now;
    const pieces = this.pieces;
    const index = pieces.findLastIndex(([start]) => now > start);
    if (index < 0) return undefined;
    return this.#change(pieces.map((piece, at) => (at === index ? [piece[0], now] : piece)));
  }

  /** Pressed twice: what lies between is cut out. */
  #cutOut() {
    if (this.#hole === null) this.#hole = this.#now;
    else {
      const [from, to] = [this.#hole, this.#now].sort((one, other) => one - other);
      this.#hole = null;
      if (to - from > 0.01) this.#change(without(this.pieces, from, to));
    }
    const button = this.#part('hole');
    button.firstChild.textContent = `${say(this.#hole === null ? 'cut_from' : 'cut_to')} `;
    button.classList.toggle('primary', this.#hole !== null);
    this.#draw();
  }

  #onRow(event) {
    const row = event.target.closest('[data-cut-row]');
    const index = this.#rows.indexOf(row);
    if (event.target.closest('[data-cut-drop]') && this.#rows.length > 1) this.#change(this.pieces.filter((_, at) => at !== index));
    if (event.target.closest('[data-cut-play]') && this.#film && this.pieces[index]) {
      [this.#film.currentTime] = this.pieces[index];
      this.#film.play().catch(() => {});
    }
  }

  #preview() {
    const on = this.#part('preview').getAttribute('aria-pressed') !== 'true';
    this.#part('preview').setAttribute('aria-pressed', String(on));
    if (!on || !this.#film || !this.pieces.length) return this.#film?.pause();
    this.#film.currentTime = this.pieces[0][0];
    return this.#film.play().catch(() => {});
  }

  #tick() {
    this.#part('now').textContent = write(this.#now);
    this.#draw();
    if (this.#part('preview').getAttribute('aria-pressed') !== 'true' || this.#film.paused || this.#film.seeking) return;
    const now = this.#film.currentTime;
    if (this.pieces.some(([start, end]) => now >= start - 0.05 && now < end)) return;
    const next = this.pieces.find(([start]) => start > now);
    if (next) [this.#film.currentTime] = next;
    else {
      this.#film.pause();
      this.#part('preview').setAttribute('aria-pressed', 'false');
    }
  }

  #draw() {
    const bar = this.#part('bar');
    const block = (start, end) => Object.assign(document.createElement('i'), { style: `left:${(100 * start) / this.#whole}%;width:${(100 * (end - start)) / this.#whole}%` });
    const needle = Object.assign(document.createElement('b'), { style: `left:${(100 * this.#now) / this.#whole}%` });
    bar.replaceChildren(...this.pieces.map(([start, end]) => block(start, end)), needle);
    const left = this.pieces.reduce((sum, [start, end]) => sum + end - start, 0);
    const text = say('cut_left', { length: write(left) });
    if (this.#part('left').textContent !== text) this.#part('left').textContent = text;
    this.#part('undo').disabled = !this.#before.length;
  }

  #seek(event) {
    const box = this.#part('bar').getBoundingClientRect();
    if (this.#film) this.#film.currentTime = Math.min(1, Math.max(0, (event.clientX - box.left) / box.width)) * this.#whole;
  }

  #key(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest?.('input, textarea, select, dialog, [popover]')) return;
    const act = { i: () => this.#begin(), o: () => this.#end(), x: () => this.#cutOut(), ',': () => this.#step(-1), '.': () => this.#step(1) }[event.key.toLowerCase()];
    if (!act) return;
    event.preventDefault();
    event.stopPropagation();
    act();
  }

  #step(by) {
    if (this.#film) this.#film.currentTime = Math.max(0, this.#film.currentTime + by * FRAME);
  }
}

let current = null;
onPage((main) => {
  current?.leave();
  const box = main.querySelector('[data-cutting]');
  current = box ? new Cutting(box) : null;
});

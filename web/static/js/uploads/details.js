// The form beside the list: what is typed is saved as it is typed, before, while and after the file is sent.
import { icon, make } from '../elements.js';
import { say } from '../words.js';

const QUIET = 600;

export class Details {
  #chosen = null;
  #timer = 0;

  constructor(told) {
    this.told = told;
    document.addEventListener('input', (event) => this.#typed(event));
    document.addEventListener('submit', (event) => event.target.closest('[data-upload-details]') && (event.preventDefault(), this.flush(this.#chosen)));
  }

  get form() {
    return document.querySelector('[data-upload-details]');
  }

  get chosen() {
    return this.#chosen;
  }

  choose(sending) {
    if (this.#chosen && this.#chosen !== sending) this.flush(this.#chosen);
    this.#chosen = sending;
    this.draw();
  }

  /** On a phone the form is below the list: go there. */
  show() {
    const box = this.form?.getBoundingClientRect();
    if (box && box.top > innerHeight - 120) this.form.scrollIntoView({ block: 'start' });
  }

  draw() {
    const { form } = this;
    if (!form) return;
    const sending = this.#chosen;
    form.hidden = !sending;
    if (!sending) return;
    const { title, description, channel, privacy } = sending.details;
    form.querySelector('[data-detail-title]').textContent = title;
    form.elements.title.value = title;
    form.elements.description.value = description;
    if (form.elements.channel && channel) form.elements.channel.value = channel;
    if (privacy) form.elements.privacy.value = privacy;
    this.link();
    this.#say(sending, '');
  }

  link() {
    const more = this.form?.querySelector('[data-detail-more]');
    if (!more) return;
    more.hidden = !this.#chosen?.video;
    if (this.#chosen?.video) more.href = `/studio/v/${this.#chosen.video}`;
  }

  #typed(event) {
    const { form } = this;
    if (!form || !form.contains(event.target) || !this.#chosen || !event.target.name) return;
    const { name, value } = event.target;
    const sending = this.#chosen;
    sending.details[name] = value;
    sending.unsaved = { ...sending.unsaved, [name]: value };
    if (name === 'title') form.querySelector('[data-detail-title]').textContent = value;
    this.told(sending);
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush(sending), QUIET);
  }

  /** Sends what was typed. Before the film has an address it waits; whoever learns the address calls again. */
  async flush(sending) {
    const changes = { ...sending.unsaved };
    if (!sending.video || !Object.keys(changes).length) return;
    sending.unsaved = {};
    if (changes.title !== undefined && !changes.title.trim()) delete changes.title;
    if (!Object.keys(changes).length) return;
    this.#say(sending, say('saving'));
    const response = await fetch(`/api/v1/videos/${sending.video}`, {
      method: 'PATCH',
      headers: { 'Content-Type': 'application/json', Accept: 'application/json' },
      body: JSON.stringify(changes),
      keepalive: true,
    }).catch(() => null);
    if (response?.ok) return void this.#say(sending, say('saved'), 'ok');
    if (!response) sending.unsaved = { ...changes, ...sending.unsaved };
    const problem = await response?.json().catch(() => null);
    this.#say(sending, problem?.detail ?? say('not_saved'), 'danger');
  }

  #say(sending, text, kind = '') {
    if (sending !== this.#chosen) return;
    const place = this.form?.querySelector('[data-detail-saved]');
    if (!place) return;
    place.replaceChildren(...(text ? [make('span', { class: `tag ${kind}` }, kind === 'ok' ? icon('check', 'sm') : null, text)] : []));
  }
}

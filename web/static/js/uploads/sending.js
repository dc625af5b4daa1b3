// One file on its way. tus-js-client carries it; here are its states, its speed, and what a refusal says.
import { script } from '../scripts.js';
import { config, say } from '../words.js';

const ENDPOINT = '/api/v1/uploads';
const CHUNK = 32 * 1024 * 1024; // passes proxies that limit a body, and is lost at most once
const AGAIN = 10000;

export const tus = () => script(config.tus).then(() => window.tus);

export const tidy = (name) => name.replace(/\.[^.]{1,5}$/, '').replace(/[_\s]+/g, ' ').trim() || name; // prettier-ignore

export class Sending {
  state = 'waiting'; // waiting | sending | paused | stuck | refused | sent | cancelled
  sent = 0;
  speed = 0;
  reason = '';
  video = '';
  already = ''; // title of a film that seems to be the same
  unsaved = {}; // typed, and not yet taken by the server
  news = null; // what the server says of the film since
  #upload = null;
  #mark = { at: 0, sent: 0 };
  #timer = 0;

  constructor(file, details, changed) {
    this.file = file;
    this.details = { title: tidy(file.name), description: '', ...details };
    this.changed = changed;
  }

  get left() {
    return this.speed > 0 ? (this.file.size - this.sent) / this.speed : 0;
  }

  get open() {
    return ['waiting', 'sending', 'paused', 'stuck'].includes(this.state);
  }

  async start() {
    clearTimeout(this.#timer);
    this.#become('sending');
    this.#mark = { at: performance.now(), sent: this.sent };
    try {
      const lib = await tus();
      if (this.state !== 'sending') return;
      this.#upload ??= await this.#prepare(lib);
      this.#upload.start();
    } catch {
      this.#stuck();
    }
  }

  async #prepare(lib) {
    const { title, channel, privacy } = this.details;
    const metadata = { filename: this.file.name, filetype: this.file.type || 'application/octet-stream', title };
    if (channel) metadata.channel = channel;
    if (privacy) metadata.privacy = privacy;
    if (this.details.replace) metadata.replace = this.details.replace;
    const upload = new lib.Upload(this.file, {
      endpoint: ENDPOINT, chunkSize: CHUNK, retryDelays: [0, 1000, 3000, 5000, 10000, 20000], metadata, removeFingerprintOnSuccess: true,
      onShouldRetry: (error) => retriable(error.originalResponse?.getStatus()),
      onAfterResponse: (_, response) => this.#heard(response),
      onProgress: (sent) => this.#progress(sent),
      onSuccess: () => this.#become('sent'),
      onError: (error) => this.#failed(error),
    }); // prettier-ignore
    const before = await upload.findPreviousUploads();
    const same = before.find((one) => (one.metadata?.replace ?? '') === (metadata.replace ?? ''));
    if (same) upload.resumeFromPreviousUpload(same);
    return upload;
  }

  #heard(response) {
    const already = response.getHeader('Homereel-Already');
    if (already) this.already = decodeURIComponent(already.split(' ').slice(1).join(' '));
    const video = response.getHeader('Homereel-Video');
    if (!video || this.video) return;
    this.video = video;
    this.changed(this, 'created');
  }

  #progress(sent) {
    const now = performance.now();
    const passed = (now - this.#mark.at) / 1000;
    this.sent = sent;
    if (passed >= 0.5) {
      const fresh = Math.max(0, sent - this.#mark.sent) / passed;
      this.speed = this.speed ? this.speed * 0.7 + fresh * 0.3 : fresh;
      this.#mark = { at: now, sent };
      this.changed(this);
    }
  }

  #failed(error) {
    const status = error.originalResponse?.getStatus();
    if (retriable(status)) return this.#stuck();
    this.reason = sentence(error.originalResponse) || say('request_failed');
    return this.#become('refused');
  }

  #stuck() {
    if (this.state !== 'sending') return;
    this.#become('stuck');
    this.#timer = setTimeout(() => this.state === 'stuck' && this.start(), AGAIN);
  }

  pause() {
    clearTimeout(this.#timer);
    this.#upload?.abort();
    this.#become('paused');
  }

  /** Stops for good; what has arrived is thrown away by the server. */
  cancel() {
    clearTimeout(this.#timer);
    const begun = this.#upload;
    this.#become('cancelled');
    return begun?.abort(true).catch(() => {}); // it runs out by itself when the server cannot be told
  }

  #become(state) {
    this.state = state;
    if (state === 'sent') this.sent = this.file.size;
    if (state !== 'sending') this.speed = 0;
    this.changed(this, state);
  }
}

function retriable(status) {
  return !status || status === 409 || status === 423 || status === 429 || (status >= 500 && status !== 507);
}

function sentence(response) {
  try {
    return JSON.parse(response.getBody()).detail;
  } catch {
    return '';
  }
}

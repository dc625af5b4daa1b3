// <vid-player>: the one thing in Homereel that knows how films are played. Events: vp-playing, vp-ended, vp-error.
import { build } from './skin.js';
import { Source } from './source.js';
import { attachKeys } from './keys.js';
import { attachMenus } from './menus.js';
import { attachTouch } from './touch.js';
import { attachPosition } from './position.js';
import { attachSession } from './session.js';
import { attachTracks } from './tracks.js';
import { clearFailure, showFailure } from './failure.js';
import { attachControls } from './controls.js';
import { seconds } from '../words.js';

class VidPlayer extends HTMLElement {
  film = null;
  #source = null;
  #undo = [];

  /** film: see host.js. The picture starts to load before any control is there. */
  load(film, { play = false } = {}) {
    this.film = { ...film, start: seconds(new URLSearchParams(location.search).get('t')) ?? film.start };
    this.parts = build(this, this.film);
    this.#source = new Source(this.video, this.film, {
      failed: (why, details) => this.#fail(why, details),
      changed: () => this.dispatchEvent(new CustomEvent('vp-source')),
    });
    this.#source.start(this.film.start);
    for (const attach of [attachControls, attachTracks, attachMenus, attachKeys, attachTouch, attachPosition, attachSession]) this.#undo.push(attach(this));
    this.video.addEventListener('playing', () => clearFailure(this));
    if (play) this.video.play().catch(() => {}); // the browser wants a press first: the button is there
  }

  get video() {
    return this.parts.video;
  }

  get source() {
    return this.#source;
  }

  get playing() {
    return Boolean(this.parts) && !this.video.paused && !this.video.ended;
  }

  set mini(small) {
    this.toggleAttribute('mini', small);
  }

  get mini() {
    return this.hasAttribute('mini');
  }

  jump(time, { play = true } = {}) {
    const end = this.duration;
    this.video.currentTime = Math.max(0, end ? Math.min(end, time) : time);
    if (play) this.video.play().catch(() => {});
  }

  get duration() {
    return Number.isFinite(this.video.duration) && this.video.duration ? this.video.duration : this.film.duration;
  }

  #fail(why, details) {
    this.dispatchEvent(new CustomEvent('vp-error', { detail: { why, details } }));
    showFailure(this, why, details);
  }

  disconnectedCallback() {
    this.#undo.splice(0).forEach((undo) => undo?.());
    this.#source?.stop();
  }
}

customElements.define('vid-player', VidPlayer);

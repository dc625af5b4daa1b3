// What the film is played from: the original file where the browser can, the HLS rungs otherwise. Changing keeps place and state.
import { config } from '../words.js';
import { script } from '../scripts.js';
import { hold } from './still.js';

const HLS_TYPE = 'application/vnd.apple.mpegurl';
const PATIENCE = { maxTimeToFirstByteMs: 30000, maxLoadTimeMs: 120000, timeoutRetry: { maxNumRetry: 4, retryDelayMs: 500, maxRetryDelayMs: 4000 }, errorRetry: { maxNumRetry: 8, retryDelayMs: 700, maxRetryDelayMs: 8000 } };

export class Source {
  #video;
  #film;
  #given;
  #tell;
  #hls = null;
  #recovered = 0;
  #changed = false;
  mode = ''; // 'direct' | 'hls' | 'native'
  wanted = 'auto'; // 'auto' | 'original' | a height
  #heard = null; // the track that somebody chose

  constructor(video, film, tell) {
    this.#video = video;
    this.#film = this.#given = film;
    this.#tell = tell;
    video.addEventListener('error', () => this.#broken());
    video.addEventListener('loadedmetadata', () => this.#look());
  }

  get canDirect() {
    const { direct, directType } = this.#film;
    return Boolean(direct) && (!directType || this.#video.canPlayType(directType) !== '');
  }

  start(at) {
    if (this.canDirect) {
      this.wanted = 'original';
      this.#direct(at);
    } else if (this.#film.hls) {
      this.#adaptive(at);
    } else {
      this.#tell.failed(this.#film.direct ? 'fail_decode' : 'fail_source', {});
    }
  }

  #direct(at) {
    this.stop();
    this.mode = 'direct';
    this.#video.src = this.#film.direct + (at > 0.5 ? `#t=${at.toFixed(2)}` : '');
    this.#tell.changed();
  }

  async #adaptive(at) {
    this.stop();
    this.mode = 'hls';
    let Hls;
    try {
      await script(config.hls);
      Hls = window.Hls;
    } catch {
      return this.#tell.failed('fail_network', { part: 'hls.js' });
    }
    if (this.mode !== 'hls') return undefined; // changed our mind meanwhile
    if (!Hls.isSupported()) return this.#native(at);
    this.#hls = new Hls({
      subtitleTrackController: undefined, subtitleStreamController: undefined, // captions stand beside the video, whatever it is played from
      startPosition: at > 0.5 ? at : -1, workerPath: config.hls_worker, testBandwidth: false, backBufferLength: 60, maxBufferLength: 30,
      abrEwmaDefaultEstimate: 6e6, manifestLoadPolicy: { default: PATIENCE }, playlistLoadPolicy: { default: PATIENCE }, fragLoadPolicy: { default: PATIENCE },
    }); // prettier-ignore
    this.#hls.on(Hls.Events.ERROR, (_, error) => this.#trouble(Hls, error));
    this.#hls.on(Hls.Events.MANIFEST_PARSED, () => {
      this.#hls.startLevel = this.#hls.firstLevel; // what the manifest names first is made first
      this.#apply();
      this.#tell.changed();
    });
    this.#hls.on(Hls.Events.AUDIO_TRACKS_UPDATED, () => this.#heard !== null && (this.#hls.audioTrack = this.#heard));
    this.#hls.on(Hls.Events.LEVEL_SWITCHED, () => this.#tell.changed());
    this.#hls.loadSource(this.#film.hls);
    this.#hls.attachMedia(this.#video);
    return undefined;
  }

  #native(at) {
    if (!this.#video.canPlayType(HLS_TYPE)) return this.#tell.failed('fail_decode', {});
    this.mode = 'native';
    this.#video.src = this.#film.hls;
    this.#video.addEventListener('loadedmetadata', () => at > 0.5 && (this.#video.currentTime = at), { once: true });
    return this.#tell.changed();
  }

  /** 'auto', 'original', or a height in pixels. */
  choose(what) {
    this.wanted = what;
    const at = this.#video.currentTime;
    const going = !this.#video.paused;
    const rate = this.#video.playbackRate;
    if (what === 'original' || !this.#hls) hold(this.#video);
    if (what === 'original') this.#direct(at);
    else if (this.#hls) return this.#apply();
    else if (this.mode !== 'native') this.#adaptive(at);
    const again = () => {
      this.#video.playbackRate = rate;
      if (going) this.#video.play().catch(() => {});
    };
    this.#video.addEventListener('loadedmetadata', again, { once: true });
    return undefined;
  }

  /** Names of the tracks of sound. The original plays its first one alone: browsers know no other. */
  get sounds() {
    const tracks = this.#hls?.audioTracks ?? [];
    return tracks.length ? tracks.map((track) => track.name) : (this.#film.hls ? this.#film.tracks.sounds : []) ?? [];
  }

  get sound() {
    return this.#hls?.audioTracks?.length ? this.#hls.audioTrack : 0;
  }

  hear(index) {
    this.#heard = index;
    if (this.#hls) this.#hls.audioTrack = index;
    else this.choose('auto');
  }

  #apply() {
    const height = Number(this.wanted);
    const index = height ? this.#hls.levels.findIndex((level) => level.height === height) : -1;
    this.#hls.nextLevel = index;
    this.#cap(index < 0);
    this.#tell.changed();
  }

  /** The film's renditions are all made: higher rungs come without waiting from now on. */
  finished() {
    this.#film = { ...this.#film, ready: true };
    if (this.#hls) this.#cap(this.wanted === 'auto');
  }

  /** While rungs are still being made, "auto" keeps to the one that is made first: a higher one would have to be waited for, and a wait for
      pieces that are just being made looks like a slow line, although a lower one would have to be made as well. */
  #cap(auto) {
    const waits = auto && !this.#film.ready;
    this.#hls.capLevelToPlayerSize = auto && !waits;
    this.#hls.autoLevelCapping = waits ? this.#hls.firstLevel : -1;
    this.#hls.config.minAutoBitrate = waits ? (this.#hls.levels[this.#hls.firstLevel]?.bitrate ?? 0) : 0;
  }

  /** Heights on offer, highest first. Known once a manifest was read; asked for when only the original has played. */
  async heights() {
    if (this.#hls?.levels?.length) return [...new Set(this.#hls.levels.map((level) => level.height))].sort((a, b) => b - a);
    if (!this.#film.hls) return [];
    const text = await fetch(this.#film.hls).then((response) => (response.ok ? response.text() : ''), () => ''); // prettier-ignore
    return [...new Set([...text.matchAll(/RESOLUTION=\d+x(\d+)/g)].map((found) => Number(found[1])))].sort((a, b) => b - a);
  }

  get height() {
    return this.mode === 'hls' ? this.#hls?.levels?.[this.#hls.currentLevel]?.height ?? 0 : this.#video.videoHeight;
  }

  /** Sound without a picture, from a film that has one: this browser lacks the decoder. */
  #look() {
    if (this.mode === 'direct' && this.#film.picture && this.#film.hls && this.#video.videoWidth === 0) this.#fallBack();
  }

  #broken() {
    const code = this.#video.error?.code;
    if (this.mode === 'direct' && this.#film.hls && code !== MediaError.MEDIA_ERR_NETWORK) return this.#fallBack();
    if (this.mode === 'hls' && this.#hls) return undefined; // hls.js reports it
    const why = code === MediaError.MEDIA_ERR_NETWORK ? 'fail_network' : 'fail_decode';
    return this.#tell.failed(why, { code, message: this.#video.error?.message });
  }

  #fallBack() {
    this.#film = { ...this.#film, direct: '' };
    this.choose('auto');
  }

  #trouble(Hls, error) {
    const status = error.response?.code;
    if (status === 410 && !this.#changed) return this.#anew(); // not worth another try, which hls.js would make
    if (!error.fatal) return;
    if (error.type === Hls.ErrorTypes.MEDIA_ERROR && this.#recovered < 2) {
      this.#recovered += 1;
      this.#hls.recoverMediaError();
      return;
    }
    let why = error.type === Hls.ErrorTypes.NETWORK_ERROR ? 'fail_network' : 'fail_decode';
    if ([401, 403, 404, 410].includes(status)) why = 'fail_gone';
    this.#hls.stopLoad();
    this.#tell.failed(why, { type: error.type, details: error.details, status, address: error.url });
  }

  /** The film was cut, or its file replaced, while it played: on with what it is now. */
  #anew() {
    this.#changed = true;
    this.#film = this.#given = { ...this.#film, direct: '' };
    const going = !this.#video.paused;
    this.#adaptive(this.#video.currentTime);
    if (going) this.#video.play().catch(() => {});
  }

  /** From the beginning of the choice, at the same place: whatever was wrong may be mended. */
  retry() {
    this.#recovered = 0;
    this.#film = this.#given;
    const at = this.#video.currentTime || this.#film.start;
    this.wanted = 'auto';
    this.start(at);
    this.#video.play().catch(() => {});
  }

  get original() {
    return this.#film.direct;
  }

  stop() {
    this.#hls?.destroy();
    this.#hls = null;
  }
}

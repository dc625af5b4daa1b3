// Sentences and figures for people. The sentences come from the page (#i18n), translated on the server.
const read = (id) => JSON.parse(document.getElementById(id)?.textContent || '{}');
const sentences = read('i18n');
export const config = read('page-config');

export function say(key, values = {}) {
  return (sentences[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? values[name] : whole));
}

const language = document.documentElement.lang || 'en';

function figure(number, digits) {
  return new Intl.NumberFormat(language, { maximumFractionDigits: digits, minimumFractionDigits: digits }).format(number);
}

/** 4.1 GB, 830 MB: three figures at most. */
export function size(bytes) {
  const units = ['unit_b', 'unit_kb', 'unit_mb', 'unit_gb', 'unit_tb'];
  let step = 0;
  let value = bytes;
  while (value >= 1000 && step < units.length - 1) {
    value /= 1000;
    step += 1;
  }
  return `${figure(value, step > 1 && value < 100 ? 1 : 0)} ${say(units[step])}`;
}

/** 2 min 50 s, 6 min, 3 h 20 min: as coarse as a wait deserves. */
export function wait(seconds) {
  const whole = Math.max(1, Math.round(seconds));
  if (whole < 60) return `${whole} ${say('unit_s')}`;
  const minutes = Math.floor(whole / 60);
  if (whole < 300) return `${minutes} ${say('unit_min')}${whole % 60 ? ` ${whole % 60} ${say('unit_s')}` : ''}`;
  if (whole < 3600) return `${Math.round(whole / 60)} ${say('unit_min')}`;
  const rest = Math.round((whole % 3600) / 60);
  return `${Math.floor(whole / 3600)} ${say('unit_h')}${rest ? ` ${rest} ${say('unit_min')}` : ''}`;
}

/** 9:56, 1:24:10: a moment in a film. */
export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds || 0));
  const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const shown = parts[0] ? parts : parts.slice(1);
  return shown.map((part, index) => (index ? String(part).padStart(2, '0') : part)).join(':');
}

/** 83, "1:23", "1:02:03" or "1m23s": seconds, or null. */
export function seconds(text) {
  if (!text) return null;
  if (/^\d+(\.\d+)?s?$/.test(text)) return parseFloat(text);
  const named = text.match(/^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/);
  if (named) return (+named[1] || 0) * 3600 + (+named[2] || 0) * 60 + (+named[3] || 0);
  if (!/^\d+(:\d{1,2}){1,2}$/.test(text)) return null;
  return text.split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

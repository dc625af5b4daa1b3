// What an earlier visit began and did not finish. A page may not open a file by itself, so the person picks it again.
import { icon, make } from '../elements.js';
import { say, size } from '../words.js';
import { tus } from './sending.js';

const HEADERS = { 'Tus-Resumable': '1.0.0' };

async function begun() {
  const lib = await tus();
  const known = await lib.defaultOptions.urlStorage.findAllUploads();
  return Promise.all(known.map(async (one) => ({ lib, one, sent: await offset(one.uploadUrl) })));
}

async function offset(address) {
  const response = await fetch(address, { method: 'HEAD', headers: HEADERS }).catch(() => null);
  if (!response) return null;
  return response.ok ? Number(response.headers.get('Upload-Offset')) : -1; // gone on the server
}

function forget({ lib, one }) {
  fetch(one.uploadUrl, { method: 'DELETE', headers: HEADERS }).catch(() => {});
  return lib.defaultOptions.urlStorage.removeUpload(one.urlStorageKey);
}

/** Lists them in `place`, but for those that `running` says are under way now. */
export async function listInterrupted(place, running) {
  const found = await begun().catch(() => []);
  place.replaceChildren();
  for (const item of found) {
    const { one, sent } = item;
    const name = one.metadata?.filename ?? '';
    if (sent === -1) await item.lib.defaultOptions.urlStorage.removeUpload(one.urlStorageKey);
    else if (sent !== null && place.isConnected && !running(name, one.size)) place.append(notice(item, name));
  }
}

function notice(item, name) {
  const { one, sent } = item;
  const pick = make('button', { class: 'btn small quiet', type: 'button', 'data-pick': true }, say('pick_again'));
  const drop = make('button', { class: 'btn small quiet', type: 'button' }, say('forget'));
  const text = say('interrupted', { name, sent: size(sent), total: size(one.size) });
  const box = make('div', { class: 'banner warn', 'data-interrupted': `${name}/${one.size}` }, icon('triangle-alert'), make('span', { class: 'grow', dir: 'auto' }, text), pick, drop);
  drop.addEventListener('click', () => {
    box.remove();
    forget(item);
  });
  return box;
}

// Where files come from: the two pickers, things dropped on any page, folders walked through.
import { make } from '../elements.js';
import { say } from '../words.js';

const FILM = /\.(mp4|m4v|mov|qt|mkv|webm|avi|wmv|flv|f4v|mpe?g|m2v|m2ts?|mts|ts|vob|ogv|ogm|3gp|3g2|mxf|dv|asf|divx|rm|rmvb|mp3|m4a|aac|flac|ogg|oga|opus|wav|aiff?|wma)$/i;
const ASIDE = /(^|\/)(\.|Thumbs\.db$|desktop\.ini$|@eaDir|#recycle)/i;

export const looksLikeFilm = (file) => /^(video|audio)\//.test(file.type) || FILM.test(file.name);

export function watchPickers(found) {
  document.addEventListener('click', (event) => {
    const page = event.target.closest('[data-upload-page]');
    if (event.target.closest('[data-pick]')) page.querySelector('[data-files]').click();
    if (event.target.closest('[data-pick-folder]')) page.querySelector('[data-folder]').click();
  });
  document.addEventListener('change', (event) => {
    if (!event.target.matches('[data-files], [data-folder]')) return;
    found(sift([...event.target.files], event.target.matches('[data-folder]')));
    event.target.value = '';
  });
}

/** From a folder, only what looks like a film is taken, silently; what was picked by hand is all taken, and the server judges. */
function sift(files, folder) {
  return files.filter((file) => !folder || (looksLikeFilm(file) && !ASIDE.test(file.webkitRelativePath || file.name)));
}

export function watchDrops(found) {
  let veil = null;
  let depth = 0;
  const films = (event) => [...(event.dataTransfer?.types ?? [])].includes('Files');
  const lift = () => {
    depth = 0;
    veil?.remove();
    veil = null;
  };
  addEventListener('dragenter', (event) => {
    if (!films(event)) return;
    depth += 1;
    if (!veil) document.body.append((veil = make('div', { class: 'dropveil' }, say('drop_here'))));
  });
  addEventListener('dragleave', (event) => films(event) && (depth -= 1) <= 0 && lift());
  addEventListener('dragover', (event) => films(event) && event.preventDefault());
  addEventListener('drop', async (event) => {
    if (!films(event)) return;
    event.preventDefault();
    lift();
    const entries = [...event.dataTransfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
    const folder = entries.some((entry) => entry.isDirectory);
    found(folder ? (await Promise.all(entries.map(walk))).flat() : [...event.dataTransfer.files]);
  });
}

async function walk(entry) {
  if (entry.isFile) {
    const file = await new Promise((resolve, reject) => entry.file(resolve, reject)).catch(() => null);
    return file && looksLikeFilm(file) && !ASIDE.test(file.name) ? [file] : [];
  }
  const reader = entry.createReader();
  const inside = [];
  for (;;) {
    const some = await new Promise((resolve) => reader.readEntries(resolve, () => resolve([])));
    if (!some.length) break;
    inside.push(...some);
  }
  return (await Promise.all(inside.map(walk))).flat();
}

// A file that takes another's place is sent like any other, so that it goes on after the network was away. Without this it is a plain form.
import { say, size } from '../words.js';
import { visit } from '../pages.js';
import { Sending } from './sending.js';

let sending = null;

function told() {
  const share = sending.file.size ? Math.floor((100 * sending.sent) / sending.file.size) : 0;
  if (sending.state === 'refused') return sending.reason;
  if (sending.state === 'stuck') return say('waits_network');
  return `${share} %, ${size(sending.sent)} / ${size(sending.file.size)}`;
}

document.addEventListener('submit', (event) => {
  const form = event.target.closest('[data-replace]');
  const file = form?.querySelector('input[type=file]').files[0];
  if (!file?.size) return;
  event.preventDefault();
  event.stopPropagation();
  if (sending?.open) return;
  const button = form.querySelector('button');
  const said = form.querySelector('[data-replace-said]');
  button.disabled = true;
  sending = new Sending(file, { replace: form.dataset.replace }, () => {
    if (said.isConnected) said.textContent = told();
    if (sending.open) return;
    button.disabled = false;
    if (sending.state === 'sent' && form.isConnected) visit(location.pathname);
  });
  sending.start();
}, true); // prettier-ignore

addEventListener('beforeunload', (event) => sending?.open && event.preventDefault());

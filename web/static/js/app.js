// The scripts of the shell. Everything here outlives page changes: htmx swaps #main, these stay.
import './shell.js';
import './dialogs.js';
import './copying.js';
import './lists.js';
import './live.js';
import './player/host.js';
import './uploads/manager.js';
import './uploads/replacing.js';
import './cutting.js';

document.documentElement.classList.add('js');

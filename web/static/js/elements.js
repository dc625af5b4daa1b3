// Making elements without markup: text stays text.
import { config } from './words.js';

/** make('button', {class: 'btn', type: 'button'}, 'text', child, …); null attributes are left out. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
}

const SVG = 'http://www.w3.org/2000/svg';

export function icon(name, kind = '') {
  const svg = document.createElementNS(SVG, 'svg');
  svg.setAttribute('class', `icon ${kind}`.trim());
  svg.setAttribute('aria-hidden', 'true');
  const use = document.createElementNS(SVG, 'use');
  use.setAttribute('href', `${config.icons}#${name}`);
  svg.append(use);
  return svg;
}

export function swapIcon(holder, name) {
  holder.querySelector('use')?.setAttribute('href', `${config.icons}#${name}`);
}

export function label(button, text) {
  button.setAttribute('aria-label', text);
  button.title = text;
}

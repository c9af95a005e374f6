// The address of the page holds the view, so that a reload and a link show the same.

import { element } from './dom.js';
import { label } from './labels.js';
import { on, QUANTITIES, set, view } from './view.js';

const problems = new Map();
const query = new URLSearchParams(window.location.search);

/** The value of a parameter as the page was opened; empty for none. */
export const parameter = (name) => query.get(name) ?? '';

/** Sets a parameter of the address; an empty value removes it. */
export function remember(name, value) {
  const address = new URL(window.location.href);
  const before = address.searchParams.get(name) ?? '';
  const text = String(value ?? '');
  if (before === text) return;
  if (text === '') address.searchParams.delete(name);
  else address.searchParams.set(name, text);
  try {
    window.history.replaceState(null, '', address);
  } catch {
    // A browser may refuse it to a page that is a file, which then keeps its address.
  }
}

/** Names a value of the address that cannot be shown, what is shown instead, and forgets it. */
export function reject(name, value, instead) {
  problems.set(name, label('address.wrong', `${name}=${value}`, instead));
  remember(name, '');
  showProblems();
}

function showProblems() {
  const notices = document.getElementById('notices');
  notices.querySelector('[data-kind="address"]')?.remove();
  notices.append(element('div', { class: 'notice plain', 'data-kind': 'address' },
    element('button', {
      type: 'button',
      class: 'close-notice',
      'aria-label': label('notice.close'),
      onclick: () => {
        problems.clear();
        notices.querySelector('[data-kind="address"]').remove();
      },
    }, '×'),
    [...problems.values()].join('\n')));
}

const isIteration = (text) => /^\d{1,15}$/.test(text);

function rangeOfAddress() {
  const [from, to, last] = ['from', 'to', 'last'].map(parameter);
  if (last !== '') {
    if (isIteration(last) && Number(last) > 0) return { last: Number(last) };
    reject('last', last, label('range.all'));
  }
  if (from === '' && to === '') return null;
  for (const [name, text] of [['from', from], ['to', to]]) {
    if (!isIteration(text)) {
      reject(name, text, label('range.all'));
      return null;
    }
  }
  if (Number(from) <= Number(to)) return { from: Number(from), to: Number(to) };
  reject('from', `${from}&to=${to}`, label('range.all'));
  return null;
}

function rememberRange(range) {
  for (const name of ['from', 'to', 'last']) remember(name, range?.[name]);
}

/** Reads the view from the address, and keeps it there from now on. */
export function readView() {
  set('range', rangeOfAddress());
  const quantity = parameter('quantity');
  if (QUANTITIES.includes(quantity)) set('quantity', quantity);
  else if (quantity !== '') reject('quantity', quantity, label(`quantity.${view.quantity}`));
  rememberRange(view.range);
  on('range', rememberRange);
  on('quantity', (value) => remember('quantity', value));
  on('layer', (value) => remember('layer', value));
}

/** Selects the layer of the address, by its number, and checks the range, once the run is known. */
export function readRun({ run, range }) {
  const layer = parameter('layer');
  query.delete('layer');
  if (layer !== '') {
    if (isIteration(layer) && run.layers[Number(layer)]) set('layer', Number(layer));
    else reject('layer', layer, label('address.noLayer', run.layers.length - 1));
  }
  if (view.range?.from > range.last) {
    reject('from', view.range.from, label('range.all'));
    set('range', null);
  }
}

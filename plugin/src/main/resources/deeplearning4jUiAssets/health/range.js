// The iterations that the charts show: the whole run, a window of its latest iterations, or a range
// that the user selected by dragging.

import { element } from './dom.js';
import { count } from './format.js';
import { label } from './labels.js';
import { set, view } from './view.js';

const WINDOWS = [100, 1000, 10000, 100000];
const AROUND = 100; // iterations shown before and after the target

const shown = element('span', { class: 'shown' });
const resolution = element('span', { class: 'hint' });
const buttons = element('span', { class: 'choices' });
const bar = document.getElementById('range');
bar.append(shown, resolution, buttons,
  element('span', { class: 'hint' }, label('range.hint')));
resolution.style.marginLeft = '0';

/** The iterations to request, as parameters. */
export function asked(range) {
  if (view.range === null) return {};
  if (view.range.last === undefined) return view.range;
  return range ? { from: Math.max(range.first, range.last - view.range.last + 1) } : {};
}

/** Shows a range of iterations in the charts with some around it, and sets the cursor. */
export function lookAt({ first, last }, from, to, cursor) {
  set('range', last - first <= 3 * AROUND ? null : {
    from: Math.max(first, from - AROUND),
    to: Math.max(from + 1, Math.min(last, to + AROUND)),
  });
  set('cursor', cursor);
}

function button(text, pressed, choose) {
  return element('button', {
    type: 'button',
    'aria-pressed': String(pressed),
    onclick: choose,
  }, text);
}

export function drawRange(data) {
  const { first, last, from, to, width } = data.range;
  shown.textContent = label('range.shown', count(from), count(to));
  resolution.textContent = width > 1 ? label('range.column', count(width)) : '';
  const whole = last - first + 1;
  const made = [button(label('range.all'), view.range === null, () => set('range', null))];
  for (const size of WINDOWS.filter((each) => each < whole)) {
    made.push(button(label('range.last', count(size)), view.range?.last === size,
      () => set('range', { last: size })));
  }
  if (view.range !== null) {
    const half = Math.max(1, Math.round((to - from) / 2));
    const move = (by) => {
      const start = Math.max(first, Math.min(from + by, last - (to - from)));
      set('range', { from: start, to: start + (to - from) });
    };
    made.push(button(`◀ ${label('range.earlier')}`, false, () => move(-half)),
      button(`${label('range.later')} ▶`, false, () => move(half)));
  }
  buttons.replaceChildren(...made);
}

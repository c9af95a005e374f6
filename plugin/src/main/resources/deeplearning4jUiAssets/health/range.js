// The iterations that the charts show: the whole run, a window of its latest iterations, or a range
// that the user selected. The first two follow the training.

import { element } from './dom.js';
import { count } from './format.js';
import { label } from './labels.js';
import { set, view } from './view.js';
import { panBy, zoomBy } from './zoom.js';

const WINDOWS = [100, 1000, 10000, 100000];
const AROUND = 100; // iterations shown before and after the target
const STEP = 0.5; // share of the shown iterations that a button moves by

const shown = element('span', { class: 'shown' });
const resolution = element('span', { class: 'resolution', id: 'resolution' });
const buttons = element('span', { class: 'choices' });
const bar = document.getElementById('range');
bar.append(shown, resolution, buttons, element('span', { class: 'hint' }, label('range.hint')));

const made = new Map();

/** The iterations to request, as parameters. */
export const asked = () => view.range ?? {};

/** Shows a range of iterations in the charts with some around it, and sets the cursor. */
export function lookAt({ first, last }, from, to, cursor) {
  set('range', last - first <= 3 * AROUND ? null : {
    from: Math.max(first, from - AROUND),
    to: Math.max(from + 1, Math.min(last, to + AROUND)),
  });
  set('cursor', cursor);
}

/** A button of the bar; the same element at each poll, so that it keeps the focus. */
function button(key, text, pressed, choose, title) {
  if (!made.has(key)) made.set(key, element('button', { type: 'button', 'data-range': key }));
  const it = made.get(key);
  if (it.textContent !== text) it.textContent = text;
  if (pressed === null) it.removeAttribute('aria-pressed');
  else it.setAttribute('aria-pressed', String(pressed));
  if (title) it.title = title;
  it.onclick = choose;
  return it;
}

export function drawRange(data) {
  const { first, last, from, to } = data.range;
  shown.textContent = label('range.shown', count(from), count(to));
  resolution.textContent = resolutionOf(data);
  const whole = last - first + 1;
  const live = view.range === null || view.range.last !== undefined;
  const row = [button('all', label('range.all'), view.range === null, () => set('range', null))];
  for (const size of WINDOWS.filter((each) => each < whole)) {
    row.push(button(`last${size}`, label('range.last', count(size)), view.range?.last === size,
      () => set('range', { last: size })));
  }
  row.push(
    button('live', live ? label('range.live') : label('range.frozen'), live,
      () => set('range', live ? { from, to } : following(data.range)), label('range.live.hint')),
    button('earlier', `◀ ${label('range.earlier')}`, null, () => panBy(-STEP)),
    button('later', `${label('range.later')} ▶`, null, () => panBy(STEP)),
    button('closer', '+', null, () => zoomBy(0.5), label('range.closer')),
    button('farther', '−', null, () => zoomBy(2), label('range.farther')));
  made.get('closer').setAttribute('aria-label', label('range.closer'));
  made.get('farther').setAttribute('aria-label', label('range.farther'));
  if (row.length !== buttons.children.length || row.some((each, i) => each !== buttons.children[i])) {
    buttons.replaceChildren(...row);
  }
}

/** As many of the latest iterations as are shown. */
const following = ({ first, last, from, to }) =>
  to - from >= last - first ? null : { last: to - from + 1 };

/** How many iterations a point stands for, and why there are few of them. */
function resolutionOf({ columns: { first, resolution = [1] }, range: { width } }) {
  if (first.length === 0) return label('range.none');
  const most = Math.max(...resolution);
  if (most > width) {
    const least = Math.max(width, Math.min(...resolution));
    const size = least < most ? `${count(least)} … ${count(most)}` : count(most);
    return `${label('range.point', size)} – ${label('range.coarse')}`;
  }
  return width === 1 ? label('range.each') : label('range.point', count(width));
}

// Zooming and panning. A gesture on one chart moves all of them at once, with the data at hand; when
// it has ended, the finer data of its range are requested.

import { on, set, view } from './view.js';

/** After the last movement of a gesture, so that one gesture is one request; milliseconds. */
const SETTLE_MILLIS = 150;

/** The shortest range, iterations. */
export const MIN_ITERATIONS = 2;

let run = null; // the recorded range: {first, last, from, to, width}
let timer = null;
let settling = false;

on('range', () => {
  if (settling) return;
  clearTimeout(timer);
  timer = null;
  view.window = null;
});

/** Takes the range of an answer, which ends a gesture whose data it has. */
export function adopt(range) {
  run = range;
  if (timer === null) view.window = null;
}

/** Both ends of an axis of iterations: an iteration takes the space of one around its number. */
export const wholeAxis = ({ first, last, from, to }) =>
  [Math.min(first, from) - 0.5, Math.max(last, to, first + 1) + 0.5];

/** Both ends of what the charts show: of a gesture as long as its data have not arrived. */
export const shownAxis = (range) =>
  view.window ?? [range.from - 0.5, Math.max(range.to, range.from + 1) + 0.5];

/** Whether all iterations are shown, those to come included. */
export const isWhole = () => view.range === null && view.window === null;

/** Shows a part of the axis at once, and its finer data soon. */
export function zoomTo(low, high) {
  if (run === null) return;
  const [first, last] = wholeAxis(run);
  const span = Math.min(last - first, Math.max(MIN_ITERATIONS, high - low));
  const from = Math.max(first, Math.min(low, last - span));
  set('window', [from, from + span]);
  clearTimeout(timer);
  timer = setTimeout(() => {
    timer = null;
    settling = true;
    set('range', span >= last - first - 1e-6 * span ? null : {
      from: Math.max(0, Math.round(from + 0.5)),
      to: Math.max(0, Math.round(from + span - 0.5)),
    });
    settling = false;
  }, SETTLE_MILLIS);
}

/** Moves by a share of what is shown: forward if it is positive. */
export function panBy(share) {
  if (run === null) return;
  const [low, high] = shownAxis(run);
  zoomTo(low + share * (high - low), high + share * (high - low));
}

/** Shows a multiple of what is shown, around its middle: less than 1 is closer. */
export function zoomBy(factor) {
  if (run === null) return;
  const [low, high] = shownAxis(run);
  const more = ((factor - 1) * (high - low)) / 2;
  zoomTo(low - more, high + more);
}

export function showAll() {
  set('range', null);
}

/** Moves the cursor by columns of the charts. */
export function moveCursor(columns) {
  if (run === null) return;
  const at = (view.cursor ?? run.to) + columns * run.width;
  set('cursor', Math.max(run.from, Math.min(run.to, at)));
}

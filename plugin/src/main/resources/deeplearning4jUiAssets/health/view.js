// The user's view: the range of iterations, the cursor, a layer and the heatmap's quantity. All
// charts share it, so that they move together.

/** The possible quantities of the heatmap with their scales: LOGARITHMIC, RATIO or SHARE. */
const scales = JSON.parse(document.getElementById('quantities').textContent);

export const QUANTITIES = Object.keys(scales);
export const scaleName = (quantity) => scales[quantity];
export const isShare = (quantity) => scaleName(quantity) === 'SHARE';

const listeners = { range: [], window: [], cursor: [], layer: [], quantity: [] };

export const view = {
  /**
   * null for the whole run, {last: n} for a window of the latest iterations, which both follow the
   * training, or {from, to}, which stays.
   */
  range: null,
  /** Both ends of the axis of iterations during a gesture, until its data arrive; or null. */
  window: null,
  /** The iteration under the pointer, or null. */
  cursor: null,
  /** The selected layer, or null. */
  layer: null,
  quantity: 'GRADIENT_NORM',
};

export function on(what, listener) {
  listeners[what].push(listener);
}

export function set(what, value) {
  if (view[what] === value) return;
  view[what] = value;
  for (const listener of listeners[what]) listener(value);
}

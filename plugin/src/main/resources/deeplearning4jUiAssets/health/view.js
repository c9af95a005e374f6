// The user's view: the range of iterations, the cursor, a layer and the heatmap's quantity. All
// charts share it, so that they move together.

/** The possible quantities of the heatmap, all of layers. */
export const QUANTITIES = ['GRADIENT_NORM', 'WEIGHT_NORM', 'UPDATE_NORM', 'UPDATE_RATIO',
  'ACTIVATION_RMS', 'ACTIVATION_ZERO_FRACTION'];

const listeners = { range: [], cursor: [], layer: [], quantity: [] };

export const view = {
  /** null for the whole run, {from, to}, or {last: n} for a window of the latest iterations. */
  range: null,
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

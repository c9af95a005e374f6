// What the user looks at: the range of iterations, the cursor, a layer and the heatmap's quantity. The
// views share it, so that they move together.

/** What the heatmap can show of a layer. */
export const QUANTITIES = ['GRADIENT_NORM', 'WEIGHT_NORM', 'UPDATE_NORM', 'UPDATE_RATIO',
  'ACTIVATION_RMS', 'ACTIVATION_ZERO_FRACTION'];

const listeners = { range: [], cursor: [], layer: [], quantity: [] };

export const view = {
  /** null for the whole run, {from, to}, or {last: n} for a window that follows the training. */
  range: null,
  /** The iteration under the pointer, or null. */
  cursor: null,
  /** The layer that is picked out, or null. */
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

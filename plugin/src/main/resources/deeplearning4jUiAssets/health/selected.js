// What the user has selected by one click: a layer, a diagnosis or an intervention. The detail
// shows it; the layer is also marked in the network and in the heatmap.

import { on, set, view } from './view.js';

const listeners = [];
let selection = null;
let setting = false; // whether the layer is set from here
let keyboard = false; // whether the latest input was a key

document.addEventListener('keydown', () => {
  keyboard = true;
}, { capture: true });
document.addEventListener('pointerdown', () => {
  keyboard = false;
}, { capture: true });

/** Whether the user selects by keys, so that the focus goes along. */
export const isByKeyboard = () => keyboard;

/** null, {layer}, {diagnosis: key} or {intervention: key}. */
export const selected = () => selection;

export function onSelect(listener) {
  listeners.push(listener);
}

on('layer', (layer) => {
  if (!setting) choose(layer === null ? null : { layer });
});

/** Selects a layer by its index. */
export const selectLayer = (layer) => {
  mark(layer);
  choose({ layer });
};

/** Selects a diagnosis by its key; `layer` is -1 if it is not in a layer. */
export const selectDiagnosis = (key, layer = -1) => {
  mark(layer >= 0 ? layer : null);
  choose({ diagnosis: key });
};

/** Selects an intervention by its key. */
export const selectIntervention = (key) => {
  mark(null);
  choose({ intervention: key });
};

export const clearSelection = () => {
  mark(null);
  choose(null);
};

function mark(layer) {
  setting = true;
  set('layer', layer);
  setting = false;
}

function choose(chosen) {
  if (JSON.stringify(chosen) === JSON.stringify(selection)) return;
  selection = chosen;
  for (const listener of listeners) listener(selection);
}

/** Takes over a layer that was selected before anything was drawn, as by the address. */
export function restore() {
  if (selection === null && view.layer !== null) choose({ layer: view.layer });
}

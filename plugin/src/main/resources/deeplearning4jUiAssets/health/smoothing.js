// Smoothing of a line: an exponential moving average over its points, without the bias of its start,
// as in TensorBoard.

import { parameter, reject, remember } from './address.js';
import { element } from './dom.js';
import { label } from './labels.js';
import { value } from './format.js';

const PARAMETER = 'smoothing';
const MOST = 0.99;

function ofAddress() {
  const text = parameter(PARAMETER);
  const weight = Number(text);
  if (text === '' || (weight >= 0 && weight <= MOST)) return weight;
  reject(PARAMETER, text, '0');
  return 0;
}

/** A control in the header of a chart; returns the weight of what was before, 0 for none. */
export function smoothingControl(box, redraw) {
  let weight = ofAddress();
  const input = element('input', {
    type: 'range', min: 0, max: MOST, step: 0.01, value: weight,
    oninput: () => {
      weight = Number(input.value);
      shown.textContent = value(weight);
      remember(PARAMETER, weight || '');
      redraw();
    },
  });
  const shown = element('output', {}, value(weight));
  box.querySelector('.chart-header .choices').before(element('label', {
    class: 'smoothing', title: label('smoothing.hint'),
  }, `${label('smoothing')} `, input, ' ', shown));
  return () => weight;
}

/**
 * A series of the averages; it has a gap where no finite value was measured. Values beyond the axis
 * are left out: the average would be beyond it, too, for as many points as it reaches back.
 */
export function smoothed(series, weight, { min = -Infinity, max = Infinity }) {
  let sum = 0;
  let rest = 1;
  const mean = series.mean.map((each) => {
    if (each === null || each < min || each > max) return null;
    sum = weight * sum + (1 - weight) * each;
    rest *= weight;
    return sum / (1 - rest);
  });
  return { mean, nonFinite: series.nonFinite };
}

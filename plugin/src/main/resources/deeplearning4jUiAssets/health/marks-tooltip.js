// A mark in a chart: its tooltip names the diagnoses that started and the interventions made there,
// and a click opens the worst or the latest of them.

import { keyOf, layerOf, oneLine as diagnosisLine, sign } from './diagnosis-text.js';
import { element } from './dom.js';
import { count } from './format.js';
import { change, interventionKey, oneLine } from './intervention-text.js';
import { label } from './labels.js';
import { say } from './message.js';
import { selectDiagnosis, selectIntervention } from './selected.js';

const MAX_LINES = 6;
const MAX_REASONS = 3;

/** Returns an element, because ECharts treats a string as markup. */
export const marksTooltip = {
  trigger: 'item',
  confine: true,
  formatter: (params) => {
    const { found = [], done = [], unlisted = [] } = params.data ?? {};
    const others = unlisted.reduce((sum, { times }) => sum + times, 0);
    const lines = [
      ...some(found, MAX_LINES, (each) => [`${sign(each.severity)} ${diagnosisLine(each)}`]),
      ...some(done, MAX_REASONS, (each) => [oneLine(each), change(each), say(each.message)]),
      ...(others > 0 ? [element('div', {}, label('diagnoses.omitted', count(others)))] : []),
    ];
    return element('div', { class: 'mark-tooltip' }, ...lines);
  },
};

function some(all, max, textsOf) {
  const lines = all.slice(0, max).map((each) => {
    const [first, ...more] = textsOf(each);
    return element('div', {}, first,
      ...more.filter(Boolean).map((line) => element('div', { class: 'more' }, line)));
  });
  if (all.length > max) lines.push(element('div', {}, label('marks.more', all.length - max)));
  return lines;
}

const SIGN = { above: 16, beside: 12 }; // CSS pixels of the sign of a diagnosis

/** Opens the detail of a mark that is clicked. */
export function pickMarks(plot) {
  const open = ({ found, done }) => {
    if (found) selectDiagnosis(keyOf(found[0]), layerOf(found[0]));
    else if (done?.length > 0) selectIntervention(interventionKey(done.at(-1)));
  };
  plot.chart.on('click', ({ data }) => open(data ?? {}));
  // ECharts does not tell of clicks on the labels of lines, which are the signs of diagnoses.
  plot.chart.getZr().on('click', ({ offsetX, offsetY }) => {
    const above = plot.grid.top - offsetY;
    if (above < 0 || above > SIGN.above) return;
    const { series } = plot.chart.getOption();
    const marks = series.find(({ name }) => name === 'diagnoses')?.markLine.data ?? [];
    const distance = ({ xAxis }) =>
      Math.abs(plot.chart.convertToPixel({ xAxisIndex: 0 }, xAxis) - offsetX);
    const [nearest] = marks.filter((mark) => distance(mark) <= SIGN.beside)
      .sort((a, c) => distance(a) - distance(c));
    if (nearest) open(nearest);
  });
}

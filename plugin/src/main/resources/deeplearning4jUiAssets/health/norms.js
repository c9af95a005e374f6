// Norms over the whole network: the gradient, and on demand weights and updates.

import { diagnosisMarks, marksTooltip } from './diagnosis-marks.js';
import { label } from './labels.js';
import { band, columnAt, line, marks, marksInWords, reading, where } from './lines.js';
import { Plot, valueAxis } from './plot.js';
import { element } from './dom.js';
import { on, view } from './view.js';

const SHOWN = [
  ['GRADIENT_NORM', '#6f42c1'],
  ['WEIGHT_NORM', '#2f9e44'],
  ['UPDATE_NORM', '#e8890c'],
];
const NOTHING = { mean: [], nonFinite: [] };

const plot = new Plot('norms', 280);
let data = null;
on('cursor', read);

const name = (quantity) => label(`quantity.${quantity}`);

export function drawNorms(latest) {
  const first = data === null;
  data = latest;
  const { columns, series } = data;
  const drawn = SHOWN.filter(([quantity]) => series[quantity]);
  plot.draw({
    legend: {
      data: drawn.map(([quantity]) => name(quantity)),
      top: 2,
      left: 60,
      icon: 'roundRect',
      itemHeight: 3,
      itemWidth: 18,
      // Weights are far above gradients: together they would flatten what matters.
      ...(first
        ? { selected: { [name('WEIGHT_NORM')]: false, [name('UPDATE_NORM')]: false } }
        : {}),
    },
    tooltip: marksTooltip,
    xAxis: plot.iterationAxis(data.range),
    yAxis: valueAxis(true),
    series: [...drawn.flatMap(([quantity, color]) => [
      ...band(name(quantity), columns, series[quantity], color, true),
      line(name(quantity), columns, series[quantity], color, true),
      ...marks(name(quantity), series[quantity].nonFinite),
    ]), ...diagnosisMarks(data)],
  }, drawn.length === 0);
  read();
}

function read() {
  if (!data) return;
  const { columns, series } = data;
  const i = columnAt(columns, view.cursor);
  const said = SHOWN.filter(([quantity]) => series[quantity]).flatMap(([quantity], n) => [
    n ? ' · ' : '',
    element('b', {}, `${name(quantity)}: `),
    reading(columns, series[quantity], i),
  ]);
  said.push(' · ', where(columns.first[i], columns.last[i]));
  const bad = marksInWords((series.GRADIENT_NORM ?? NOTHING).nonFinite);
  if (bad) said.push(' · ', element('span', { class: 'mark' }, bad));
  plot.readout.replaceChildren(...said);
}

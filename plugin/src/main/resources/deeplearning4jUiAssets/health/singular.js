// The largest singular value of each weight and recurrent matrix, with the line at 1.

import { scaleSwitch } from './choices.js';
import { ink } from './colors.js';
import { exportMenu } from './export.js';
import { label } from './labels.js';
import { count, value } from './format.js';
import { levelLine, lineSeries } from './levels.js';
import { columnAt, dots, kinds, line, marks, union, where } from './lines.js';
import { longLegend, Plot, valueAxis } from './plot.js';
import { element } from './dom.js';
import { on, view } from './view.js';

const plot = new Plot('singular', 280);
const note = element('p', { class: 'note' }, label('one'));
plot.box.append(note);
let data = null;
const isLog = scaleSwitch(plot, true, () => drawSingular(data));
exportMenu(plot, ({ singularValues: { columns, lines } }) =>
  lines.map((each) => ({ name: named(each), columns, series: each })), () => data);
on('cursor', read);

/** From the input's blue to the output's orange. */
const color = (i, of) => `hsl(${Math.round(215 - (of > 1 ? (190 * i) / (of - 1) : 0))}, 65%, ${ink('line-lightness')})`;

const named = (each) => `${data.run.layers[each.layer].name} ${each.parameter}`;

export function drawSingular(latest) {
  data = latest;
  const { columns, lines } = data.singularValues;
  const log = isLog();
  const drawn = lines.map((each, i) =>
    line(named(each), columns, each, color(i, lines.length), log,
      { lineStyle: { width: 0.8, color: color(i, lines.length) } }));
  plot.draw({
    legend: longLegend(lines.map(named)),
    xAxis: plot.iterationAxis(data.range),
    // The line at 1 is always in view, because it matters on which side of it a matrix is.
    yAxis: valueAxis(log, log
      ? {
          min: ({ min }) => 10 ** Math.floor(Math.log10(Math.min(min, 0.5))),
          max: ({ max }) => 10 ** Math.ceil(Math.log10(Math.max(max, 2))),
        }
      : { min: 0, max: ({ max }) => (max < 1.2 ? 1.2 : null) }),
    series: [
      ...drawn,
      ...drawn.flatMap((each) => dots(each)),
      ...marks('', union(...lines.map((each) => each.nonFinite))),
      lineSeries('one', levelLine(1, '1', ink('text'), { type: 'solid', position: 'insideEndTop' })),
    ],
  }, lines.length === 0);
  read();
}

/** Shows the largest and the smallest values: with many layers these matter most. */
function read() {
  if (!data) return;
  const { columns, lines, omitted } = data.singularValues;
  const end = columnAt(columns, view.cursor);
  const measured = [];
  const parts = [];
  const bad = lines.filter((each) => each.nonFinite.length);
  if (bad.length) {
    const more = bad.length > 3 ? ` +${bad.length - 3}` : '';
    parts.push(element('span', { class: 'mark' },
      bad.slice(0, 3).map((each) => `${named(each)}: ${kinds(each.nonFinite.at(-1))}`).join(', ')
        + more), ' · ');
  }
  for (const each of lines) {
    let i = end;
    while (i > 0 && each.mean[i] === null) i--;
    if (each.mean[i] !== null && each.mean[i] !== undefined) measured.push([each.mean[i], each]);
  }
  measured.sort((a, b) => b[0] - a[0]);
  const ends = measured.length > 1 ? [measured[0], measured[measured.length - 1]] : measured;
  for (const [number, each] of ends) {
    parts.push(element('b', {}, `${named(each)}: `), `${value(number)} · `);
  }
  if (lines.length) parts.push(where(columns.first[end], columns.last[end]));
  if (omitted > 0) parts.push(` · ${label('parameters')}: ${label('marks.more', count(omitted))}`);
  plot.readout.replaceChildren(...parts);
}

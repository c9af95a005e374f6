// The update:parameter ratio of each layer over the iterations, with the line at its usual value.

import { scaleSwitch } from './choices.js';
import { ink } from './colors.js';
import { exportMenu } from './export.js';
import { count } from './format.js';
import { label } from './labels.js';
import { levelLine, lineSeries } from './levels.js';
import { columnAt, line, marks, reading, union, where } from './lines.js';
import { longLegend, Plot, valueAxis } from './plot.js';
import { element } from './dom.js';
import { on, view } from './view.js';

const USUAL = 1e-3;
const ROOM = 10; // factor above and below the usual value that is always in view

const plot = new Plot('ratios', 280);
let data = null;
const isLog = scaleSwitch(plot, true, () => drawRatios(data));
exportMenu(plot, ({ updateRatios: { columns, lines } }) =>
  lines.map((each) => ({ name: named(each), columns, series: each })), () => data);
on('cursor', read);

/** From the input's blue to the output's orange. */
const color = (i, of) => `hsl(${Math.round(215 - (of > 1 ? (190 * i) / (of - 1) : 0))}, 65%, ${ink('line-lightness')})`;

const named = (each) => data.run.layers[each.layer].name;

export function drawRatios(latest) {
  data = latest;
  const { columns, lines } = data.updateRatios;
  const log = isLog();
  plot.draw({
    legend: longLegend(lines.map(named)),
    xAxis: plot.iterationAxis(data.range),
    yAxis: valueAxis(log, log
      ? {
          min: ({ min }) => 10 ** Math.floor(Math.log10(Math.min(min, USUAL / ROOM))),
          max: ({ max }) => 10 ** Math.ceil(Math.log10(Math.max(max, USUAL * ROOM))),
        }
      : { min: 0 }),
    series: [
      ...lines.map((each, i) =>
        line(named(each), columns, each, color(i, lines.length), log,
          { lineStyle: { width: 1.4, color: color(i, lines.length) } })),
      ...marks('', union(...lines.map((each) => each.nonFinite))),
      lineSeries('usual', levelLine(USUAL, label('ratios.usual'), ink('text'), { type: 'solid' })),
    ],
  }, lines.length === 0);
  read();
}

/** The largest and the smallest ratio: with many layers these matter most. */
function read() {
  if (!data) return;
  const { columns, lines, omitted } = data.updateRatios;
  const end = columnAt(columns, view.cursor);
  const measured = lines.map((each) => {
    let i = end;
    while (i > 0 && each.mean[i] === null) i--;
    return [each.mean[i], each, i];
  }).filter(([mean]) => mean !== null && mean !== undefined).sort((a, b) => b[0] - a[0]);
  const ends = measured.length > 1 ? [measured[0], measured.at(-1)] : measured;
  plot.readout.replaceChildren(
    ...ends.flatMap(([, each, i]) => [element('b', {}, `${named(each)}: `), reading(columns, each, i), ' · ']),
    ...(lines.length ? [where(columns.first[end], columns.last[end])] : []),
    ...(omitted > 0 ? [` · ${label('layers')}: ${label('marks.more', count(omitted))}`] : []));
}

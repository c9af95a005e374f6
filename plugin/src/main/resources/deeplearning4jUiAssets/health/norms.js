// Norms over the whole network: the gradient, before and after clipping if it is clipped, and on
// demand weights and updates.

import { paleLine, paleName } from './baseline.js';
import { outlierSwitch, scaleSwitch } from './choices.js';
import { ink } from './colors.js';
import { diagnosisMarks } from './diagnosis-marks.js';
import { exportMenu } from './export.js';
import { guides } from './guides.js';
import { interventionMarks } from './intervention-marks.js';
import { modeOf } from './intervention-text.js';
import { label } from './labels.js';
import { band, columnAt, line, marks, marksInWords, reading, where } from './lines.js';
import { marksTooltip, pickMarks } from './marks-tooltip.js';
import { edgeMarks, usualExtent } from './outliers.js';
import { Plot, valueAxis } from './plot.js';
import { element } from './dom.js';
import { on, view } from './view.js';

const GRADIENT = ink('gradient');
const UNCLIPPED = [['GRADIENT_NORM', GRADIENT]];
const CLIPPED = [
  ['GLOBAL_GRADIENT_NORM', GRADIENT],
  ['CLIPPED_GRADIENT_NORM', ink('clipped')],
  ['CLIP_THRESHOLD', ink('threshold'), { lineStyle: { width: 1.4, type: 'dashed', color: ink('threshold') } }],
];
const OTHERS = [
  ['WEIGHT_NORM', ink('weight')],
  ['UPDATE_NORM', ink('update')],
];
const NOTHING = { mean: [], nonFinite: [] };

const plot = new Plot('norms', 220);
let data = null;
const LEGEND_LEFT = 30;
const LEGEND_ROW = 22;
on('cursor', read);
const redraw = () => drawNorms(data);
plot.widthChanged = redraw;
const isLog = scaleSwitch(plot, true, redraw);
const outliers = outlierSwitch(plot, redraw);
exportMenu(plot, ({ columns, series }) => shown(series)
  .map(([quantity]) => ({ name: name(quantity), columns, series: series[quantity] })), () => data);
pickMarks(plot);

/** The available quantities: if gradients are clipped, the norms before and after clipping. */
const shown = (series) =>
  [...(series.GLOBAL_GRADIENT_NORM ? CLIPPED : UNCLIPPED), ...OTHERS]
    .filter(([quantity]) => series[quantity]);

function name(quantity) {
  const text = label(`quantity.${quantity}`);
  const dryRun = quantity === 'CLIPPED_GRADIENT_NORM' && modeOf(data.run) === 'dryRun';
  return dryRun ? `${text} (${label('intervention.dryRunShort')})` : text;
}

export function drawNorms(latest) {
  const first = data === null;
  data = latest;
  if (!data) return;
  const { columns, series } = data;
  const drawn = shown(series);
  const log = isLog();
  // Of the gradient before clipping: those after it have no values far away.
  const measured = drawn.length > 0 ? [series[drawn[0][0]]] : [];
  const usual = usualExtent(measured, log);
  const extent = outliers.showsAll() ? {} : { max: usual.max };
  outliers.offer(usual.max !== undefined);
  const names = [
    ...drawn.map(([quantity]) => name(quantity)),
    ...paleName(data, 'GRADIENT_NORM', name('GRADIENT_NORM')),
  ];
  const done = interventionMarks(plot, data);
  const across = drawn.length > 0 ? guides(plot, data) : [];
  plot.lane('legend', legendRows(names) * LEGEND_ROW);
  plot.draw({
    legend: {
      data: names,
      top: 2,
      left: LEGEND_LEFT,
      right: 10,
      icon: 'roundRect',
      itemHeight: 3,
      itemWidth: 18,
      // Weight norms are far above gradients and would flatten their curves.
      ...(first
        ? { selected: { [name('WEIGHT_NORM')]: false, [name('UPDATE_NORM')]: false } }
        : {}),
    },
    tooltip: marksTooltip,
    xAxis: plot.iterationAxis(data.range),
    yAxis: valueAxis(log, extent),
    series: [...paleLine(data, 'GRADIENT_NORM', label('baseline.of', name('GRADIENT_NORM')), GRADIENT, log),
    ...drawn.flatMap(([quantity, color, more]) => [
      ...(more ? [] : band(name(quantity), columns, series[quantity], color, log)),
      line(name(quantity), columns, series[quantity], color, log, more),
      ...edgeMarks(name(quantity), columns, series[quantity], extent, color),
      ...marks(name(quantity), series[quantity].nonFinite),
    ]), ...across, ...diagnosisMarks(plot, data), ...done],
  }, drawn.length === 0);
  read();
}

/** The rows of the legend after its first. */
function legendRows(names) {
  const room = plot.chart.getWidth() - LEGEND_LEFT - 10;
  let rows = 0;
  let taken = 0;
  for (const text of names) {
    const width = 33 + window.echarts.format.getTextRect(text, '12px sans-serif').width;
    if (taken > 0 && taken + width > room) {
      rows++;
      taken = 0;
    }
    taken += width;
  }
  return rows;
}

function read() {
  if (!data) return;
  const { columns, series } = data;
  const i = columnAt(columns, view.cursor);
  const parts = shown(series).flatMap(([quantity], n) => [
    n ? ' · ' : '',
    element('b', {}, `${name(quantity)}: `),
    reading(columns, series[quantity], i),
  ]);
  if (parts.length) parts.push(' · ', where(columns.first[i], columns.last[i]));
  const bad = marksInWords((series.GRADIENT_NORM ?? NOTHING).nonFinite);
  if (bad) parts.push(' · ', element('span', { class: 'mark' }, bad));
  plot.readout.replaceChildren(...parts);
}

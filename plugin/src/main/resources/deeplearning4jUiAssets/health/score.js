// Score of the minibatches over iterations, and the validation score beside it.

import { paleLine, paleName } from './baseline.js';
import { diagnosisMarks } from './diagnosis-marks.js';
import { outlierSwitch, scaleSwitch } from './choices.js';
import { ink } from './colors.js';
import { element } from './dom.js';
import { exportMenu } from './export.js';
import { guides } from './guides.js';
import { interventionMarks } from './intervention-marks.js';
import { label } from './labels.js';
import { band, columnAt, line, marks, marksInWords, reading, union, where } from './lines.js';
import { marksTooltip, pickMarks } from './marks-tooltip.js';
import { edgeMarks, usualExtent } from './outliers.js';
import { Plot, valueAxis } from './plot.js';
import { smoothed, smoothingControl } from './smoothing.js';
import { on, view } from './view.js';

const SCORE = ink('score');
const VALIDATION = ink('validation');
const NOTHING = { mean: [], nonFinite: [] };

const plot = new Plot('score', 256);
const RAW_OPACITY = 0.35; // of the score behind its average
let data = null;

const redraw = () => drawScore(data);
const isLog = scaleSwitch(plot, false, redraw);
const outliers = outlierSwitch(plot, redraw);
const smoothing = smoothingControl(plot.box, redraw);
exportMenu(plot, ({ columns, series }) => [['score', 'SCORE'], ['validation', 'VALIDATION_SCORE']]
  .filter(([, quantity]) => series[quantity])
  .map(([name, quantity]) => ({ name: label(name), columns, series: series[quantity] })), () => data);
on('cursor', read);
plot.widthChanged = redraw;
pickMarks(plot);

export function drawScore(latest) {
  data = latest;
  if (!data) return;
  const { columns, series } = data;
  const log = isLog();
  const score = series.SCORE ?? NOTHING;
  const validation = series.VALIDATION_SCORE;
  const all = [score, ...(validation ? [validation] : [])];
  const usual = usualExtent(all, log);
  const extent = outliers.showsAll() ? {} : usual;
  outliers.offer(usual.min !== undefined || usual.max !== undefined);
  const weight = smoothing();
  const names = [label('score'), ...(validation ? [label('validation')] : [])];
  const palest = [
    ...paleName(data, 'SCORE', label('score')),
    ...(validation ? paleName(data, 'VALIDATION_SCORE', label('validation')) : []),
  ];
  const done = interventionMarks(plot, data);
  const across = guides(plot, data);
  plot.draw({
    legend: { data: [...names, ...palest], top: 2, left: 60, icon: 'roundRect', itemHeight: 3, itemWidth: 18 },
    tooltip: marksTooltip,
    xAxis: plot.iterationAxis(data.range),
    yAxis: valueAxis(log, extent),
    series: [
      ...paleLine(data, 'SCORE', label('baseline.of', label('score')), SCORE, log),
      ...(validation
        ? paleLine(data, 'VALIDATION_SCORE', label('baseline.of', label('validation')), VALIDATION, log)
        : []),
      ...band(names[0], columns, score, SCORE, log),
      line(names[0], columns, score, SCORE, log,
        weight > 0 ? { lineStyle: { width: 1, color: SCORE, opacity: RAW_OPACITY } } : {}),
      ...(weight > 0
        ? [line(names[0], columns, smoothed(score, weight, extent), SCORE, log, { z: 3 })]
        : []),
      ...(validation
        ? [
            ...band(names[1], columns, validation, VALIDATION, log),
            line(names[1], columns, validation, VALIDATION, log),
          ]
        : []),
      ...edgeMarks(names[0], columns, score, extent, SCORE),
      ...(validation ? edgeMarks(names[1], columns, validation, extent, VALIDATION) : []),
      ...across,
      ...marks('', union(score.nonFinite, validation?.nonFinite ?? [])),
      ...diagnosisMarks(plot, data),
      ...done,
    ],
  }, !series.SCORE);
  read();
}

function read() {
  if (!data) return;
  const { columns, series } = data;
  const score = series.SCORE ?? NOTHING;
  const i = columnAt(columns, view.cursor);
  const parts = [
    element('b', {}, `${label('score')}: `), reading(columns, score, i),
  ];
  if (series.VALIDATION_SCORE) {
    parts.push(' · ', element('b', {}, `${label('validation')}: `),
      reading(columns, series.VALIDATION_SCORE, i));
  }
  parts.push(' · ', where(columns.first[i], columns.last[i]));
  const bad = marksInWords(score.nonFinite);
  if (bad) parts.push(' · ', element('span', { class: 'mark', id: 'scoreMarks' }, bad));
  plot.readout.replaceChildren(...parts);
}

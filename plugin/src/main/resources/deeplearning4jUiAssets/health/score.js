// Score of the minibatches over iterations, and the validation score beside it.

import { paleLine, paleName } from './baseline.js';
import { diagnosisMarks } from './diagnosis-marks.js';
import { element, switchOf } from './dom.js';
import { interventionMarks } from './intervention-marks.js';
import { label } from './labels.js';
import { band, columnAt, line, marks, marksInWords, reading, union, where } from './lines.js';
import { marksTooltip } from './marks-tooltip.js';
import { Plot, valueAxis } from './plot.js';
import { on, view } from './view.js';

const SCORE = '#FA5833'; // as on DL4J's Overview
const VALIDATION = '#1985ac';
const NOTHING = { mean: [], nonFinite: [] };

const plot = new Plot('score', 330);
let log = false;
let data = null;

switchOf(plot.box, [['linear', label('linear')], ['log', label('log')]], 'linear', (choice) => {
  log = choice === 'log';
  drawScore(data);
});
on('cursor', read);
plot.widthChanged = () => drawScore(data);

export function drawScore(latest) {
  data = latest;
  if (!data) return;
  const { columns, series } = data;
  const score = series.SCORE ?? NOTHING;
  const validation = series.VALIDATION_SCORE;
  const names = [label('score'), ...(validation ? [label('validation')] : [])];
  const palest = [
    ...paleName(data, 'SCORE', label('score')),
    ...(validation ? paleName(data, 'VALIDATION_SCORE', label('validation')) : []),
  ];
  const done = interventionMarks(plot, data);
  plot.draw({
    legend: { data: [...names, ...palest], top: 2, left: 60, icon: 'roundRect', itemHeight: 3, itemWidth: 18 },
    tooltip: marksTooltip,
    xAxis: plot.iterationAxis(data.range),
    yAxis: valueAxis(log),
    series: [
      ...paleLine(data, 'SCORE', label('baseline.of', label('score')), SCORE, log),
      ...(validation
        ? paleLine(data, 'VALIDATION_SCORE', label('baseline.of', label('validation')), VALIDATION, log)
        : []),
      ...band(names[0], columns, score, SCORE, log),
      line(names[0], columns, score, SCORE, log),
      ...(validation
        ? [
            ...band(names[1], columns, validation, VALIDATION, log),
            line(names[1], columns, validation, VALIDATION, log),
          ]
        : []),
      ...marks('', union(score.nonFinite, validation?.nonFinite ?? [])),
      ...diagnosisMarks(data),
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

// Interventions as signs in a lane above a chart of iterations, with a line down through the chart.
// The sign is filled if applied and hollow in a dry run. A rollback has an arrow to its snapshot.

import { ink } from './colors.js';
import { element } from './dom.js';
import { count } from './format.js';
import { glyph, kindName, KIND_NAMES, shade } from './intervention-text.js';
import { label } from './labels.js';

const RADIUS = 8;
const ROW = 18; // CSS pixels of one row of signs
const MAX_ROWS = KIND_NAMES.length; // enough for all kinds at one place
const ABOVE = 16; // CSS pixels of the signs of diagnoses
const APART = 48; // CSS pixels between two signs of a kind below which they are one, with a count
const DIGIT = 6; // CSS pixels of a digit of the count

/**
 * Adds the marks of a run to a chart, and their legend below it.
 *
 * @param kinds the kinds to mark; all by default
 * @return the series to draw
 */
export function interventionMarks(plot, { interventions, unlistedInterventions, range },
  kinds = KIND_NAMES) {
  const unlisted = unlistedInterventions.map((each) => ({ ...each, unlisted: true }));
  const shown = [...interventions, ...unlisted].filter((each) => kinds.includes(each.kind)
    && each.iteration <= range.to && Math.max(each.iteration, each.lastIteration) >= range.from);
  const marks = marksOf(shown, range, plot.plotWidth());
  const rows = marks.length === 0 ? 0 : 1 + Math.max(...marks.map(({ row }) => row));
  plot.lane('signs', rows === 0 ? 0 : ROW * rows + ABOVE - 6);
  key(plot, marks);
  if (marks.length === 0) return [];
  return [{
    type: 'custom',
    name: 'interventions',
    data: marks.map(({ iteration, done }) => ({
      value: [iteration],
      done: done.filter((each) => !each.unlisted),
      unlisted: done.filter((each) => each.unlisted),
    })),
    // Only x: the marks do not count for the extent of the y axis.
    encode: { x: 0, y: -1 },
    clip: false,
    z: 4,
    renderItem: (params, api) => {
      const along = (iteration) => api.coord([iteration, 1])[0];
      return drawn(marks[params.dataIndex], params.coordSys, along);
    },
  }];
}

/**
 * Interventions of a kind, each close to the one before it, are one mark with their count; others
 * use another row.
 */
function marksOf(shown, range, width) {
  const pixel = (range.to - range.from + 1) / Math.max(1, width);
  const marks = [];
  for (const each of [...shown].sort((a, b) => a.iteration - b.iteration)) {
    const iteration = Math.max(each.iteration, range.from);
    const last = Math.max(each.iteration, each.lastIteration);
    const mark = marks.find((other) => other.kind === each.kind && other.applied === each.applied
      && iteration - other.last < APART * pixel && !jumps(other, each));
    if (mark) {
      mark.done.push(each);
      mark.last = Math.max(mark.last, last);
      mark.times += each.times;
    } else {
      marks.push({ kind: each.kind, applied: each.applied, iteration, last, times: each.times,
        done: [each], row: 0 });
    }
  }
  const endOfRow = [];
  for (const mark of marks) {
    const free = endOfRow.findIndex((end) => mark.iteration >= end);
    mark.row = free >= 0 ? free : Math.min(MAX_ROWS - 1, endOfRow.length);
    endOfRow[mark.row] = mark.iteration + (2 * RADIUS + written(mark).length * DIGIT) * pixel;
  }
  return marks;
}

/** Rollbacks to different snapshots have an arrow each. */
const jumps = ({ kind, done }, each) => kind === 'ROLLBACK' && done[0].snapshot !== each.snapshot;

/** The count beside the sign; empty for one. */
const written = ({ times }) => (times > 1 ? `×${count(times)}` : '');

function drawn(mark, area, along) {
  const { kind, applied, iteration, done, row } = mark;
  const color = shade(kind);
  const x = along(iteration);
  if (x < area.x - 1 || x > area.x + area.width + 1) return null;
  const y = area.y - ABOVE - RADIUS - ROW * row;
  const bottom = area.y + area.height;
  return {
    type: 'group',
    children: [
      {
        type: 'line',
        silent: true, // what lies behind it can be clicked
        shape: { x1: x, y1: y, x2: x, y2: bottom },
        style: { stroke: color, lineWidth: 1, lineDash: [2, 3], opacity: applied ? 0.7 : 0.4 },
      },
      ...done.flatMap((each) => [
        ...span(each, color, area, along, done.length > 1),
        ...(kind === 'ROLLBACK' ? back(each, color, area, along) : []),
      ]),
      {
        type: 'circle',
        shape: { cx: x, cy: y, r: RADIUS },
        style: applied
          ? { fill: color, stroke: ink('surface'), lineWidth: 1 }
          : { fill: ink('surface'), stroke: color, lineWidth: 1.2, lineDash: [2, 2] },
      },
      {
        type: 'text',
        style: {
          text: glyph(kind),
          x,
          y,
          textAlign: 'center',
          textVerticalAlign: 'middle',
          fill: applied ? ink('on-color') : color,
          font: 'bold 11px sans-serif',
        },
      },
      ...(written(mark)
        ? [{
            type: 'text',
            style: {
              text: written(mark),
              x: x + RADIUS + 1,
              y,
              textVerticalAlign: 'middle',
              fill: color,
              font: 'bold 10px sans-serif',
            },
          }]
        : []),
    ],
  };
}

const inside = (x, area) => Math.max(area.x, Math.min(area.x + area.width, x));

/** A bar from the first to the last time of a repeated intervention, or of one of several. */
function span({ iteration, lastIteration, applied }, color, area, along, several) {
  if (lastIteration <= iteration && !several) return [];
  const [left, right] = [inside(along(iteration), area), inside(along(Math.max(iteration, lastIteration)), area)];
  return [{
    type: 'rect',
    shape: { x: left, y: area.y, width: Math.max(2, right - left), height: 4 },
    style: { fill: color, opacity: applied ? 0.55 : 0.25 },
  }];
}

/** An arrow from a rollback to its snapshot, or to the edge of the chart. */
function back({ iteration, snapshot, applied }, color, area, along) {
  const from = inside(along(iteration), area);
  const end = along(Math.max(-0.5, snapshot));
  const to = inside(end, area);
  const y = area.y + 11;
  const style = { stroke: color, lineWidth: 1.6, opacity: applied ? 1 : 0.6, fill: 'none',
    ...(applied ? {} : { lineDash: [4, 3] }) };
  return [
    { type: 'line', shape: { x1: from, y1: y, x2: to, y2: y }, style },
    {
      type: 'polyline',
      shape: { points: [[to + 6, y - 4], [to, y], [to + 6, y + 4]] },
      style: { ...style, lineDash: null },
    },
    ...(end >= area.x
      ? [{
          type: 'line',
          shape: { x1: to, y1: y - 6, x2: to, y2: area.y + area.height },
          style: { stroke: color, lineWidth: 1, lineDash: [1, 4], opacity: 0.7 },
        }]
      : []),
  ];
}

/** The legend of the signs on a chart. */
function key(plot, marks) {
  plot.key ??= plot.readout.parentNode.insertBefore(
    element('div', { class: 'legend signs' }), plot.readout);
  const kinds = KIND_NAMES.filter((kind) => marks.some((mark) => mark.kind === kind));
  const made = kinds.map((kind) => {
    const done = marks.some((mark) => mark.kind === kind && mark.applied);
    const sign = element('span', { class: `sign${done ? '' : ' hollow'}` }, glyph(kind));
    sign.style.setProperty('--shade', shade(kind));
    return element('span', {}, sign, kindName(kind));
  });
  if (marks.some(({ applied }) => !applied)) {
    made.push(element('span', {}, element('span', { class: 'sign hollow' }),
      label('intervention.dryRun')));
  }
  plot.key.hidden = made.length === 0;
  plot.key.replaceChildren(...made);
}

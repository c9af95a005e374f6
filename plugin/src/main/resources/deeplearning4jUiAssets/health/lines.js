// A series over iterations as it is drawn: the line of means with gaps where nothing finite was
// measured, the band from lowest to highest, and what was not finite as marks.

import { count, value } from './format.js';
import { label } from './labels.js';

const NAN = '#c8102e';
const INFINITE = '#9b30d9';

export const markColor = (run) => (run[2] > 0 ? NAN : INFINITE);

/** What a run of non-finite values [first, last, NaNs, +Infinities, -Infinities] holds. */
export function kinds(run) {
  const named = [];
  if (run[2] > 0) named.push('NaN');
  if (run[3] > 0) named.push('+Infinity');
  if (run[4] > 0) named.push('−Infinity');
  return named.join(', ');
}

export function where(first, last) {
  if (first === undefined) return '';
  return first === last
    ? label('at', count(first))
    : label('between', count(first), count(last));
}

const middle = (columns, i) => (columns.first[i] + columns.last[i]) / 2;

/**
 * Points of the line. Columns in which a quantity was not due are passed over; where it was measured
 * and nothing finite came out, the line breaks.
 */
export function points(columns, series, log, scale = 1) {
  const out = [];
  let run = 0;
  for (let i = 0; i < columns.first.length; i++) {
    const mean = series.mean[i];
    while (run < series.nonFinite.length && series.nonFinite[run][1] < columns.first[i]) run++;
    if (mean !== null && (!log || mean > 0)) {
      out.push([middle(columns, i), mean * scale]);
    } else if (mean !== null || touches(series.nonFinite[run], columns, i)) {
      out.push([middle(columns, i), null]);
    }
  }
  // A point between two gaps has no line to be seen by.
  return out.map((point, i) => {
    const alone = out[i - 1]?.[1] == null && out[i + 1]?.[1] == null;
    return { value: point, symbol: alone && point[1] !== null ? 'circle' : 'none', symbolSize: 4 };
  });
}

function touches(run, columns, i) {
  return run !== undefined && run[0] <= columns.last[i] && run[1] >= columns.first[i];
}

export function line(name, columns, series, color, log, more = {}, scale = 1) {
  return {
    type: 'line',
    name,
    data: points(columns, series, log, scale),
    color,
    lineStyle: { width: 1.6, color },
    emphasis: { disabled: true },
    silent: true,
    ...more,
  };
}

/** The band from the lowest to the highest value of each column; nothing for single iterations. */
export function band(name, columns, series, color, log, more = {}, scale = 1) {
  if (!series.min) return [];
  const corners = [];
  for (let i = 0; i < columns.first.length; i++) {
    if (series.mean[i] === null) continue;
    const low = series.min[i] * scale;
    const high = series.max[i] * scale;
    if (log && high <= 0) continue;
    corners.push([middle(columns, i), log && low <= 0 ? series.mean[i] * scale : low, high]);
  }
  if (log) corners.splice(0, corners.length, ...corners.filter((corner) => corner[1] > 0));
  if (corners.length === 0) return [];
  return [{
    type: 'custom',
    name,
    data: corners,
    color,
    encode: { x: 0, y: [1, 2] },
    clip: true,
    silent: true,
    z: 1,
    renderItem: (params, api) => {
      if (params.dataIndex !== 0) return null;
      const upper = corners.map(([x, , high]) => api.coord([x, high]));
      const lower = corners.map(([x, low]) => api.coord([x, low])).reverse();
      return {
        type: 'polygon',
        shape: { points: [...upper, ...lower] },
        // The outline keeps a spike of a single column visible.
        style: { fill: color, fillOpacity: 0.22, stroke: color, lineWidth: 0.8, strokeOpacity: 0.5 },
        silent: true,
      };
    },
    ...more,
  }];
}

/** Stripes at the iterations where a series was not finite, labelled as far as there is room. */
export function marks(name, runs, more = {}) {
  if (runs.length === 0) return [];
  let labelledTo = -Infinity;
  return [{
    type: 'custom',
    name,
    data: runs.map((run) => [run[0]]),
    // Only x: the marks take no part in the extent of the y axis.
    encode: { x: 0, y: -1 },
    clip: true,
    silent: true,
    z: 3,
    renderItem: (params, api) => {
      const run = runs[params.dataIndex];
      const area = params.coordSys;
      const along = (iteration) => api.coord([iteration, 1])[0];
      const left = along(run[0] - 0.5);
      const width = Math.max(2, along(run[1] + 0.5) - left);
      if (left > area.x + area.width || left + width < area.x) return null;
      const color = markColor(run);
      const text = kinds(run);
      if (params.dataIndexInside === 0) labelledTo = -Infinity;
      const labelled = left > labelledTo;
      if (labelled) labelledTo = left + text.length * 7 + 8;
      const fits = left + text.length * 7 < area.x + area.width;
      return {
        type: 'group',
        children: [
          {
            type: 'rect',
            shape: { x: left, y: area.y, width, height: area.height },
            style: { fill: color, opacity: width > 4 ? 0.16 : 0.6 },
          },
          {
            type: 'rect',
            shape: { x: left, y: area.y + area.height - 5, width: Math.max(4, width), height: 5 },
            style: { fill: color },
          },
          ...(labelled
            ? [{
                type: 'text',
                style: {
                  text,
                  x: fits ? left + 3 : left - 3,
                  y: area.y + area.height - 20,
                  textAlign: fits ? 'left' : 'right',
                  fill: color,
                  font: 'bold 11px sans-serif',
                },
              }]
            : []),
        ],
      };
    },
    ...more,
  }];
}

/** Runs of several series in one list in which stripes of the same kind do not lie on each other. */
export function union(...lists) {
  const all = lists.flat().map((run) => [...run]).sort((a, b) => a[0] - b[0]);
  const out = [];
  for (const run of all) {
    const over = out.find((each) => kinds(each) === kinds(run) && run[0] <= each[1] + 1);
    if (over) over[1] = Math.max(over[1], run[1]);
    else out.push(run);
  }
  return out;
}

/** What was not finite in words, the latest first. */
export function marksInWords(runs) {
  if (runs.length === 0) return '';
  const shown = runs.slice(-3).reverse().map((run) => `${kinds(run)}: ${where(run[0], run[1])}`);
  if (runs.length > 3) shown.push(label('marks.more', count(runs.length - 3)));
  return label('marks', shown.join('; '));
}

/** Index of the column that holds an iteration, or of the one before it; the last for null. */
export function columnAt(columns, iteration) {
  if (columns.first.length === 0) return 0;
  if (iteration === null) return columns.first.length - 1;
  let low = 0;
  let high = columns.first.length - 1;
  while (low < high) {
    const mid = (low + high + 1) >> 1;
    if (columns.first[mid] <= iteration) low = mid;
    else high = mid - 1;
  }
  return low;
}

/**
 * A series in a column, in words: its mean, with the lowest and highest where it has both. Where the
 * quantity was not due in the column, the last one before it, with its iteration.
 */
export function reading(columns, series, i, scale = 1) {
  let at = i;
  let run = runAt(columns, series, at);
  while (at > 0 && series.mean[at] === null && !run) run = runAt(columns, series, --at);
  const mean = series.mean[at];
  if (mean === null || mean === undefined) return run ? kinds(run) : '–';
  let said = value(mean * scale);
  if (series.min && series.min[at] !== series.max[at]) {
    said += ` (${value(series.min[at] * scale)} … ${value(series.max[at] * scale)})`;
  }
  if (at < i) said += ` [${where(columns.first[at], columns.last[at])}]`;
  return run ? `${said}, ${kinds(run)}` : said;
}

const runAt = (columns, series, i) => series.nonFinite.find((each) => touches(each, columns, i));

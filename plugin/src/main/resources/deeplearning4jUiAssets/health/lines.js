// The parts of a series over iterations: the line of means with gaps if nothing finite was
// measured, the band from minimum to maximum, and marks for non-finite values.

import { INFINITE, ink, NOT_A_NUMBER, stripes } from './colors.js';
import { count, value } from './format.js';
import { label } from './labels.js';

const LABELS_APART = 60; // CSS pixels; of many streaks three times as much
const POINT = 4; // CSS pixels
const DOT = 0.6; // CSS pixels: shorter lines are not drawn
const FEW = 40; // values up to which a line has points
const NARROW = 4; // CSS pixels up to which stripes are a line
const MANY = 10; // streaks from which on narrow ones are short marks, because lines would hide the series
const SHORT = 9; // CSS pixels of such a mark

export const markColor = (streak) => (streak[2] > 0 ? NOT_A_NUMBER : INFINITE);

const tiles = new Map();

/** Stripes in a color. */
function striped(color) {
  if (!tiles.has(color)) tiles.set(color, stripes(color, ink('surface')));
  return { image: tiles.get(color), repeat: 'repeat' };
}

/** The kinds of values in a non-finite streak [first, last, NaNs, +Infinities, -Infinities]. */
export function kinds(streak) {
  const named = [];
  if (streak[2] > 0) named.push('NaN');
  if (streak[3] > 0) named.push('+Infinity');
  if (streak[4] > 0) named.push('−Infinity');
  return named.join(', ');
}

export function where(first, last) {
  if (first === undefined) return '';
  return first === last
    ? label('at', count(first))
    : label('between', count(first), count(last));
}

/** The iterations at which a column has a point: a column of several is a step from its first to its last. */
const ends = ({ first, last }, i) => (first[i] === last[i] ? [first[i]] : [first[i], last[i]]);

/**
 * Points of the line. Columns without a measurement are skipped; a column with only non-finite
 * values breaks the line.
 */
export function points(columns, series, log, scale = 1) {
  const out = [];
  let streak = 0;
  for (let i = 0; i < columns.first.length; i++) {
    const mean = series.mean[i];
    while (streak < series.nonFinite.length && series.nonFinite[streak][1] < columns.first[i]) streak++;
    if (mean !== null && (!log || mean > 0)) {
      for (const x of ends(columns, i)) out.push([x, mean * scale]);
    } else if (mean !== null || touches(series.nonFinite[streak], columns, i)) {
      out.push([columns.first[i], null]);
    }
  }
  // A point between two gaps needs a symbol, because it has no line.
  return out.map((point, i) => {
    const alone = out[i - 1]?.[1] == null && out[i + 1]?.[1] == null;
    return { value: point, symbol: alone && point[1] !== null ? 'circle' : 'none', symbolSize: 4 };
  });
}

function touches(streak, columns, i) {
  return streak !== undefined && streak[0] <= columns.last[i] && streak[1] >= columns.first[i];
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

/** The line with a symbol at each value, if these are few. */
export function pointedIfFew(series) {
  if (series.data.length > FEW) return series;
  for (const point of series.data) {
    if (point.value[1] !== null) Object.assign(point, { symbol: 'circle', symbolSize: POINT });
  }
  return { ...series, showSymbol: true };
}

/**
 * Points where the values of a line were measured, which is rare; the line is a help for the eye.
 * They are one shape, because of many lines ECharts would draw thousands of symbols.
 */
export function dots({ name, data, color }) {
  const measured = data.map((point) => point.value)
    .filter(([, height]) => height !== null);
  if (measured.length === 0) return [];
  return [{
    type: 'custom',
    name,
    data: [measured[0]],
    color,
    clip: true,
    silent: true,
    renderItem: (params, api) => ({
      type: 'path',
      shape: { pathData: measured.map((point) => dot(api.coord(point))).join('') },
      style: { fill: 'none', stroke: color, lineWidth: POINT, lineCap: 'round' },
      silent: true,
    }),
  }];
}

/** A line so short that its round ends are a dot, as SVG path. */
const dot = ([x, y]) => `M${x - DOT / 2} ${y}h${DOT}`;

/** The band from the minimum to the maximum of each column; empty for single iterations. */
export function band(name, columns, series, color, log, more = {}, scale = 1) {
  if (!series.min) return [];
  const corners = [];
  for (let i = 0; i < columns.first.length; i++) {
    if (series.mean[i] === null) continue;
    const low = series.min[i] * scale;
    const high = series.max[i] * scale;
    if (log && high <= 0) continue;
    for (const x of ends(columns, i)) {
      corners.push([x, log && low <= 0 ? series.mean[i] * scale : low, high]);
    }
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

/** Stripes at the iterations where a series was non-finite, labeled as far as there is space. */
export function marks(name, streaks, more = {}) {
  if (streaks.length === 0) return [];
  const many = streaks.length >= MANY;
  let labeledTo = -Infinity;
  return [{
    type: 'custom',
    name,
    data: streaks.map((streak) => [streak[0]]),
    // Only x: the marks do not count for the extent of the y axis.
    encode: { x: 0, y: -1 },
    clip: true,
    silent: true,
    z: 3,
    renderItem: (params, api) => {
      const streak = streaks[params.dataIndex];
      const area = params.coordSys;
      const along = (iteration) => api.coord([iteration, 1])[0];
      const left = along(streak[0] - 0.5);
      const width = Math.max(2, along(streak[1] + 0.5) - left);
      if (left > area.x + area.width || left + width < area.x) return null;
      const color = markColor(streak);
      const text = kinds(streak);
      if (params.dataIndexInside === 0) labeledTo = -Infinity;
      const labeled = left > labeledTo;
      if (labeled) labeledTo = left + text.length * 7 + (many ? 3 : 1) * LABELS_APART;
      const fits = left + text.length * 7 < area.x + area.width;
      return {
        type: 'group',
        children: [
          ...(many && width <= NARROW ? [] : [{
            type: 'rect',
            shape: { x: left, y: area.y, width, height: area.height },
            style: width > NARROW ? { fill: striped(color), opacity: 0.25 } : { fill: color, opacity: 0.6 },
          }]),
          {
            type: 'rect',
            shape: { x: left, y: area.y + area.height - SHORT, width: Math.max(NARROW, width), height: SHORT },
            style: { fill: color },
          },
          ...(labeled
            ? [{
                type: 'text',
                style: {
                  text,
                  x: fits ? left + 3 : left - 3,
                  // Near the short marks, if there are no lines; else below the signs on top of the plot.
                  y: many ? area.y + area.height - SHORT - 13 : area.y + 9,
                  textAlign: fits ? 'left' : 'right',
                  fill: color,
                  stroke: ink('surface'), // readable on a line of the series
                  lineWidth: 3,
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

/** Merges the streaks of several series, so that stripes of the same kind do not overlap. */
export function union(...lists) {
  const all = lists.flat().map((streak) => [...streak]).sort((a, b) => a[0] - b[0]);
  const out = [];
  for (const streak of all) {
    const over = out.find((each) => kinds(each) === kinds(streak) && streak[0] <= each[1] + 1);
    if (over) over[1] = Math.max(over[1], streak[1]);
    else out.push(streak);
  }
  return out;
}

/** A text about non-finite values, the latest first; of many the latest alone. */
export function marksInWords(streaks) {
  if (streaks.length === 0) return '';
  const named = streaks.length > 3 ? 1 : 3;
  const shown = streaks.slice(-named).reverse()
    .map((streak) => `${kinds(streak)}: ${where(streak[0], streak[1])}`);
  if (streaks.length > named) shown.push(label('marks.more', count(streaks.length - named)));
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
 * A text about a series in a column: its mean, with minimum and maximum if they differ. Without a
 * measurement in the column it is the last one before it, with its iteration.
 */
export function reading(columns, series, i, scale = 1) {
  let at = i;
  let streak = runAt(columns, series, at);
  while (at > 0 && series.mean[at] === null && !streak) streak = runAt(columns, series, --at);
  const mean = series.mean[at];
  if (mean === null || mean === undefined) return streak ? kinds(streak) : '–';
  let text = value(mean * scale);
  if (series.min && series.min[at] !== series.max[at]) {
    text += ` (${value(series.min[at] * scale)} … ${value(series.max[at] * scale)})`;
  }
  if (at < i) text += ` [${where(columns.first[at], columns.last[at])}]`;
  return streak ? `${text}, ${kinds(streak)}` : text;
}

const runAt = (columns, series, i) => series.nonFinite.find((each) => touches(each, columns, i));

// An axis that single values far away from all others do not flatten: it ends before them, and they
// are marked at its edge with their value.

import { value } from './format.js';

/** Share of the columns at either end that do not decide about the axis. */
const TRIM = 0.02;

/** The axis ends before outliers if without them the values would take less than this share of it. */
const FLAT = 0.05;

/** What is in view beyond the usual values, in multiples of their span. */
const MARGIN = 1;

/** Fewer columns have no usual values. */
const MIN_COLUMNS = 25;

const NEAR = 0.04; // share of the axis of iterations within which outliers have one mark

/**
 * The ends of an axis for series: {min, max}, each undefined where all values are in view.
 *
 * @param scale a factor of the values
 */
export function usualExtent(list, log, scale = 1) {
  const to = log ? Math.log10 : (number) => number;
  const from = log ? (number) => 10 ** number : (number) => number;
  const usable = (number) => number !== null && number !== undefined && (!log || number > 0);
  const sorted = (valuesOf) => list.flatMap(valuesOf).filter(usable)
    .map((number) => to(number * scale)).sort((a, b) => a - b);
  const lows = sorted((series) => series.min ?? series.mean);
  const highs = sorted((series) => series.max ?? series.mean);
  if (lows.length < MIN_COLUMNS || highs.length < MIN_COLUMNS) return {};
  const low = lows[Math.floor(TRIM * lows.length)];
  const high = highs[Math.ceil((1 - TRIM) * highs.length) - 1];
  const least = lows[0];
  const most = highs[highs.length - 1];
  const span = high - low;
  if (span >= FLAT * (most - least)) return {};
  const more = MARGIN * span || (log ? 1 : 0.1 * Math.abs(high) || 1);
  const round = (at) => Number(from(at).toPrecision(2)); // of a label of the axis
  return {
    min: least < low - more ? round(low - more) : undefined,
    max: most > high + more ? round(high + more) : undefined,
  };
}

/**
 * Arrows with values at the edge of the axis, for a series that goes beyond it.
 *
 * @param options a factor of the values, what writes one, and the share of the axis of iterations
 *     within which they have one mark
 */
export function edgeMarks(name, columns, series, { min, max }, color, options = {}) {
  const { scale = 1, text = value, near = NEAR } = options;
  const beyond = (values, isBeyond, side) => groups(columns, values, isBeyond, { scale, near, side });
  const found = [
    ...(max === undefined ? [] : beyond(series.max ?? series.mean, (at) => at > max, 1)),
    ...(min === undefined ? [] : beyond(series.min ?? series.mean, (at) => at < min, -1)),
  ];
  if (found.length === 0) return [];
  return [{
    type: 'custom',
    name,
    data: found.map(({ x }) => [x]),
    encode: { x: 0, y: -1 },
    color,
    clip: false,
    silent: true,
    z: 4,
    renderItem: (params, api) => {
      const { x, y, side } = found[params.dataIndex];
      const area = params.coordSys;
      const [left] = api.coord([x, 1]);
      if (left < area.x - 1 || left > area.x + area.width + 1) return null;
      const edge = side > 0 ? area.y : area.y + area.height;
      const fits = left < area.x + area.width - 70;
      return {
        type: 'group',
        children: [
          {
            type: 'polygon',
            shape: { points: [[left, edge], [left - 5, edge + 9 * side], [left + 5, edge + 9 * side]] },
            style: { fill: color },
          },
          {
            type: 'text',
            style: {
              text: text(y),
              x: left + (fits ? 8 : -8),
              y: edge + 5 * side,
              textAlign: fits ? 'left' : 'right',
              textVerticalAlign: 'middle',
              fill: color,
              font: 'bold 11px sans-serif',
            },
          },
        ],
      };
    },
  }];
}

/** The farthest value of each group of close outliers: {x, y, side}. */
function groups({ first, last }, values, isBeyond, { scale, near, side }) {
  const apart = near * ((last.at(-1) ?? 0) - (first[0] ?? 0));
  const out = [];
  for (let i = 0; i < first.length; i++) {
    if (values[i] === null || values[i] === undefined) continue;
    const y = values[i] * scale;
    if (!isBeyond(y)) continue;
    const x = (first[i] + last[i]) / 2;
    const group = out.at(-1);
    if (!group || x - group.x > apart) out.push({ x, y, side });
    else if (side * y > side * group.y) Object.assign(group, { x, y });
  }
  return out;
}

// The starts of diagnoses as lines across a chart of iterations, each with its sign on top.

import { color, isResolved, oneLine, rank, sign } from './diagnosis-text.js';
import { count } from './format.js';

const MAX_MARKS = 30;
const SERIES = 12; // part of the range up to which marks of the same problem are a series
const LANE = 8; // CSS pixels, in addition to those between legend and plot
const MANY = 8; // number of marks from which on they are drawn faint

/**
 * The series that draws the marks; it must be the last of the chart. Their signs have room below the
 * legend, unless the signs of interventions have made it.
 */
export function diagnosisMarks(plot, { diagnoses, range }) {
  const marks = labeled(marksOf(diagnoses, range), range);
  plot.lane('diagnoses', marks.length > 0 && !plot.lanes.signs ? LANE : 0);
  if (marks.length === 0) return [];
  return [{
    type: 'line',
    name: 'diagnoses',
    data: [],
    markLine: {
      symbol: 'none',
      animation: false,
      data: marks.map(({ iteration, found, times }) => {
        const shade = color(found[0].severity);
        const faint = found.every(isResolved);
        return {
          xAxis: iteration,
          name: oneLine(found[0]),
          found,
          lineStyle: { color: shade, width: 1.2, type: 'dashed', opacity: opacity(times, faint, marks.length) },
          emphasis: { lineStyle: { width: 2.2, opacity: 1 } },
          label: {
            show: times > 0,
            formatter: times > 1
              ? `${sign(found[0].severity)} ${count(times)}` : sign(found[0].severity),
            position: 'end',
            distance: 1,
            color: shade,
            fontSize: 13,
            opacity: faint ? 0.6 : 1,
          },
        };
      }),
    },
  }];
}

/** The lines of a long series are hardly more than where the pointer finds them. */
function opacity(times, faint, all) {
  if (all <= MANY) return faint ? 0.4 : 0.85;
  return times === 0 ? 0.12 : 0.4;
}

/**
 * Gives each mark the number beside its sign: of a series of the same problem the first has the sign
 * with the number of all, and the others are lines without one, of which `times` is 0.
 */
function labeled(marks, range) {
  const near = Math.max(1, (range.to - range.from) / SERIES);
  const series = new Map();
  return [...marks].sort((a, b) => a.iteration - b.iteration).map((mark) => {
    const { problem, severity } = mark.found[0];
    const key = `${problem} ${severity}`;
    const last = series.get(key);
    const made = { ...mark, times: mark.found.length };
    if (last && mark.iteration - last.iteration < near) {
      last.first.times += made.times;
      made.times = 0;
      series.set(key, { first: last.first, iteration: mark.iteration });
    } else {
      series.set(key, { first: made, iteration: mark.iteration });
    }
    return made;
  });
}

/** Diagnoses with close starts are one mark; the worst are marked first. */
function marksOf(diagnoses, range) {
  const near = Math.max(1, (range.to - range.from) / 50);
  const marks = [];
  const worstFirst = diagnoses
    .filter(({ iteration }) => iteration >= range.from && iteration <= range.to)
    .sort((a, b) => rank(b) - rank(a) || isResolved(a) - isResolved(b) || a.iteration - b.iteration);
  for (const diagnosis of worstFirst) {
    const mark = marks.find((each) => Math.abs(each.iteration - diagnosis.iteration) < near);
    if (mark) mark.found.push(diagnosis);
    else if (marks.length < MAX_MARKS) {
      marks.push({ iteration: diagnosis.iteration, found: [diagnosis] });
    }
  }
  return marks;
}

// The starts of diagnoses as lines across a chart of iterations, each with its sign on top.

import { color, isResolved, oneLine, rank, sign } from './diagnosis-text.js';

const MAX_MARKS = 30;
const MANY = 8; // number of marks from which on they are drawn faint

/** The series that draws the marks; it must be the last of the chart. */
export function diagnosisMarks({ diagnoses, range }) {
  const marks = marksOf(diagnoses, range);
  if (marks.length === 0) return [];
  return [{
    type: 'line',
    name: 'diagnoses',
    data: [],
    markLine: {
      symbol: 'none',
      animation: false,
      data: marks.map(({ iteration, found }) => {
        const shade = color(found[0].severity);
        const faint = found.every(isResolved);
        return {
          xAxis: iteration,
          name: oneLine(found[0]),
          found,
          lineStyle: { color: shade, width: 1.2, type: 'dashed', opacity: faint || marks.length > MANY ? 0.4 : 0.85 },
          emphasis: { lineStyle: { width: 2.2, opacity: 1 } },
          label: {
            formatter: sign(found[0].severity),
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

// The tooltip of a mark: the diagnoses that started and the interventions made there.

import { oneLine as diagnosisLine, sign } from './diagnosis-text.js';
import { element } from './dom.js';
import { change, oneLine } from './intervention-text.js';
import { label } from './labels.js';
import { say } from './message.js';

const MAX_LINES = 6;
const MAX_REASONS = 3;

/** Returns an element, because ECharts treats a string as markup. */
export const marksTooltip = {
  trigger: 'item',
  confine: true,
  formatter: (params) => {
    const { found = [], done = [] } = params.data ?? {};
    const lines = [
      ...some(found, MAX_LINES, (each) => [`${sign(each.severity)} ${diagnosisLine(each)}`]),
      ...some(done, MAX_REASONS, (each) => [oneLine(each), change(each), say(each.message)]),
    ];
    return element('div', { class: 'mark-tooltip' }, ...lines);
  },
};

function some(all, max, textsOf) {
  const lines = all.slice(0, max).map((each) => {
    const [first, ...more] = textsOf(each);
    return element('div', {}, first,
      ...more.filter(Boolean).map((line) => element('div', { class: 'more' }, line)));
  });
  if (all.length > max) lines.push(element('div', {}, label('marks.more', all.length - max)));
  return lines;
}

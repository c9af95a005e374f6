// What is said over a mark on a chart: of diagnoses that began there, and of what was done there.

import { inShort as diagnosisInShort, sign } from './diagnosis-words.js';
import { element } from './dom.js';
import { change, inShort } from './intervention-words.js';
import { label } from './labels.js';
import { say } from './message.js';

const MOST_LINES = 6;
const MOST_REASONS = 3;

/** Texts alone: an element, since ECharts takes a string for markup. */
export const marksTooltip = {
  trigger: 'item',
  confine: true,
  formatter: (params) => {
    const { found = [], done = [] } = params.data ?? {};
    const lines = [
      ...some(found, MOST_LINES, (each) => [`${sign(each.severity)} ${diagnosisInShort(each)}`]),
      ...some(done, MOST_REASONS, (each) => [inShort(each), change(each), say(each.message)]),
    ];
    return element('div', { class: 'mark-tooltip' }, ...lines);
  },
};

function some(all, most, said) {
  const lines = all.slice(0, most).map((each) => {
    const [first, ...more] = said(each);
    return element('div', {}, first,
      ...more.filter(Boolean).map((line) => element('div', { class: 'more' }, line)));
  });
  if (all.length > most) lines.push(element('div', {}, label('marks.more', all.length - most)));
  return lines;
}

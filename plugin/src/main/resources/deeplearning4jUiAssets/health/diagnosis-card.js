// One diagnosis: a line, and on demand its meaning, evidence, origin and remedies.

import { color, evidence, isResolved, originInWords, place, problemDoubt, problemMeaning, problemName,
  severityName, sign, since } from './diagnosis-text.js';
import { element } from './dom.js';
import { label } from './labels.js';
import { say } from './message.js';

const COPIED_MILLIS = 2000;

/**
 * The card of a diagnosis.
 *
 * @param show called when the user wants to see it in the charts
 */
export function card(diagnosis, open, show) {
  const badge = element('span', { class: 'badge-severity' },
    `${sign(diagnosis.severity)} ${severityName(diagnosis.severity)}`);
  badge.style.color = color(diagnosis.severity);
  const made = element('details', {
    class: `diagnosis${isResolved(diagnosis) ? ' resolved' : ''}`,
    'data-problem': diagnosis.problem,
    'data-severity': diagnosis.severity,
    open,
  },
    element('summary', {},
      element('span', { class: 'line' },
        badge,
        element('b', { class: 'problem' }, problemName(diagnosis)),
        element('span', { class: 'place' }, place(diagnosis)),
        element('button', {
          type: 'button',
          class: 'when',
          title: label('diagnoses.show'),
          onclick: (event) => {
            event.preventDefault();
            show(diagnosis);
          },
        }, since(diagnosis))),
      element('span', { class: 'sentence' }, say(diagnosis.message))),
    element('div', { class: 'body' }, ...body(diagnosis)));
  made.style.borderLeftColor = color(diagnosis.severity);
  return made;
}

function body(diagnosis) {
  const meaning = problemMeaning(diagnosis);
  const parts = [];
  if (meaning) parts.push(part(label('diagnosis.meaning'), element('p', {}, meaning)));
  parts.push(part(label('diagnosis.evidence'),
    element('p', { class: 'evidence' }, evidence(diagnosis))));
  if (diagnosis.origin) {
    parts.push(part(label('diagnosis.origin'), element('ul', { class: 'origin' },
      ...originInWords(diagnosis.origin).map((line) => element('li', {}, line)))));
  }
  if (diagnosis.remedies.length > 0) {
    parts.push(part(label('diagnosis.remedies'), element('ol', { class: 'remedies' },
      ...diagnosis.remedies.map(remedy))));
  }
  const doubt = problemDoubt(diagnosis);
  if (doubt) {
    parts.push(element('details', { class: 'doubt' },
      element('summary', {}, label('diagnosis.wrong')),
      element('p', {}, doubt)));
  }
  parts.push(element('p', { class: 'hint' }, label('diagnosis.detector', diagnosis.detector)));
  return parts;
}

const part = (title, content) =>
  element('section', {}, element('h4', {}, title), content);

function remedy({ advice, code }) {
  return element('li', {}, element('span', {}, say(advice)), ...(code ? [copyable(code)] : []));
}

function copyable(code) {
  const text = element('code', {}, code);
  const button = element('button', {
    type: 'button',
    class: 'copy',
    onclick: async () => {
      if (await copied(code, text)) {
        button.textContent = label('copied');
        setTimeout(() => {
          button.textContent = label('copy');
        }, COPIED_MILLIS);
      }
    },
  }, label('copy'));
  return element('div', { class: 'code' }, element('pre', {}, text), button);
}

/** Without a clipboard, as browsers have none for pages of other machines, the text is selected. */
async function copied(code, text) {
  try {
    await navigator.clipboard.writeText(code);
    return true;
  } catch {
    window.getSelection().selectAllChildren(text);
    return false;
  }
}

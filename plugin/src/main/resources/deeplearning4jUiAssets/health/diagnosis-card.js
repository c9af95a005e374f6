// One diagnosis: as a row of the list, and in full in the detail.

import { color, evidence, isResolved, keyOf, originInWords, place, problemDoubt, problemMeaning,
  problemName, severityName, sign, since } from './diagnosis-text.js';
import { element } from './dom.js';
import { label } from './labels.js';
import { say } from './message.js';

const COPIED_MILLIS = 2000;

/** The sign and the name of a severity. */
export function badge(severity) {
  const made = element('span', { class: 'badge-severity' },
    `${sign(severity)} ${severityName(severity)}`);
  made.style.color = color(severity);
  return made;
}

/**
 * The row of a diagnosis: `.pick` opens its detail, `.when` shows it in the charts. The list that
 * contains it listens to clicks.
 */
export function row(diagnosis) {
  const made = element('div', {
    class: `diagnosis${isResolved(diagnosis) ? ' resolved' : ''}`,
    'data-key': keyOf(diagnosis),
    'data-problem': diagnosis.problem,
    'data-severity': diagnosis.severity,
  },
    element('div', { class: 'line' },
      element('button', { type: 'button', class: 'pick', title: label('verdict.open') },
        badge(diagnosis.severity),
        element('b', { class: 'problem' }, problemName(diagnosis)),
        element('span', { class: 'place' }, place(diagnosis))),
      element('button', { type: 'button', class: 'when', title: label('diagnoses.show') },
        since(diagnosis))),
    element('div', { class: 'sentence' }, say(diagnosis.message)));
  made.style.borderLeftColor = color(diagnosis.severity);
  return made;
}

/** Meaning, evidence, origin and remedies of a diagnosis, a section each. */
export function sections(diagnosis) {
  const meaning = problemMeaning(diagnosis);
  const parts = [element('p', { class: 'sentence' }, say(diagnosis.message))];
  if (diagnosis.remedies.length > 0) {
    parts.push(part(label('diagnosis.remedies'), element('ol', { class: 'remedies' },
      ...diagnosis.remedies.map(remedy))));
  }
  parts.push(part(label('diagnosis.evidence'),
    element('p', { class: 'evidence' }, evidence(diagnosis))));
  if (diagnosis.origin) {
    parts.push(part(label('diagnosis.origin'), element('ul', { class: 'origin' },
      ...originInWords(diagnosis.origin).map((line) => element('li', {}, line)))));
  }
  if (meaning) parts.push(part(label('diagnosis.meaning'), element('p', {}, meaning)));
  const doubt = problemDoubt(diagnosis);
  if (doubt) {
    parts.push(element('details', { class: 'doubt' },
      element('summary', {}, label('diagnosis.wrong')),
      element('p', {}, doubt)));
  }
  parts.push(element('p', { class: 'hint' }, label('diagnosis.detector', diagnosis.detector)));
  return parts;
}

export const part = (title, ...content) =>
  element('section', {}, element('h3', {}, title), ...content);

function remedy({ advice, code }) {
  return element('li', {}, element('span', {}, say(advice)), ...(code ? [copyable(code)] : []));
}

/** Code with a button that copies it, whatever it has become since. */
function copyable(code) {
  const text = element('code', {}, code);
  const button = element('button', {
    type: 'button',
    class: 'copy',
    onclick: async () => {
      if (await copied(text)) {
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
async function copied(text) {
  try {
    await navigator.clipboard.writeText(text.textContent);
    return true;
  } catch {
    window.getSelection().selectAllChildren(text);
    return false;
  }
}

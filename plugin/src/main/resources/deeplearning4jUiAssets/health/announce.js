// Tells those who do not see the page when the health of the run changes, and only then.

import { element } from './dom.js';
import { isResolved, oneLine, rank, severityName } from './diagnosis-text.js';

const region = element('p', { class: 'visually-hidden', id: 'announcement', role: 'status' });
document.getElementById('content').append(region);

let told = '';

export function announce({ session, worker, status, diagnoses }) {
  const worst = diagnoses.filter((each) => !isResolved(each)).sort((a, b) => rank(b) - rank(a))[0];
  const found = JSON.stringify([session, worker, status, worst && [worst.run, worst.id]]);
  if (found === told) return;
  told = found;
  region.textContent = [severityName(status.toUpperCase()), ...(worst ? [oneLine(worst)] : [])].join(': ');
}

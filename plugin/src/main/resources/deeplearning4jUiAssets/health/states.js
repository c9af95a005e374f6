// The texts that replace or accompany the charts.

import { element } from './dom.js';
import { count, time } from './format.js';
import { label } from './labels.js';

const IDLE_MILLIS = 60_000;

const charts = document.getElementById('charts');
const empty = document.getElementById('empty');
const notices = document.getElementById('notices');

const SNIPPET = `StatsStorage storage = new InMemoryStatsStorage();
UIServer.getInstance().attach(storage);
net.addListeners(TrainingHealthListener.observing(storage));`;

const texts = {
  empty: () => ['none.title', label('none.text'), SNIPPET],
  noRecords: (data) => ['records.title', label('records.text', data.session),
    'net.addListeners(TrainingHealthListener.observing(storage));'],
  waiting: (data) => ['waiting.title', label('waiting.text', data.session), null],
};

/** Shows the charts, or the text that replaces them. */
export function showState(data) {
  const texter = texts[data.state];
  charts.hidden = texter !== undefined;
  empty.hidden = texter === undefined;
  document.body.dataset.state = data.state;
  if (!texter) return;
  const [title, text, snippet] = texter(data);
  empty.replaceChildren(element('div', { class: 'empty-state' },
    element('h3', {}, label(title)),
    element('p', {}, text),
    ...(snippet ? [element('pre', {}, snippet)] : [])));
}

const shown = {};

function notice(kind, kinds, lines) {
  const text = lines.join('\n');
  if (shown[kind] === text) return;
  shown[kind] = text;
  notices.querySelector(`[data-kind="${kind}"]`)?.remove();
  if (lines.length) {
    notices.append(element('div', { class: `notice plain ${kinds}`, 'data-kind': kind }, text));
  }
}

/** Shows messages about unreadable records, of the run and of its baseline run. */
export function showUnreadable(problems = [], ofBaseline = []) {
  const text = ({ message, records }) =>
    (records > 0 ? label('unreadable', message, count(records)) : message);
  notice('problems', '', [
    ...problems.map(text),
    ...ofBaseline.map((each) => `${label('baseline')}: ${text(each)}`),
  ]);
}

/** Shows whether new data has stopped arriving, by the server's clock. */
export function showIdle(data) {
  const idle = data?.latest && data.now - data.latest.time > IDLE_MILLIS;
  notice('idle', 'quiet', idle ? [label('idle', time(data.latest.time))] : []);
}

export function showGone(since) {
  notice('gone', 'trouble', since ? [label('gone', time(since))] : []);
}

export function showRefused(message) {
  notice('refused', 'trouble', message ? [label('refused', message)] : []);
}

export function showMissingLibrary() {
  notice('library', 'trouble', [label('noEcharts')]);
}

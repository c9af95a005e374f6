// The data of a page that was saved as a file. They are in the page, and answer the requests that
// otherwise go to a server.

/** Columns that a chart shows at most, as many as the server sends. */
const MAX_COLUMNS = 512;

const box = document.getElementById('report');
const report = box === null ? null : JSON.parse(box.textContent);

/** Whether the page is a file. */
export const isFile = report !== null;

/** A choice with which the file was saved; empty for none, and on a server. */
export const saved = (name) => report?.[name] ?? '';

/** The answer to a request for text. */
export function textOf(path) {
  if (path.endsWith('/multisession')) return 'false';
  return path.endsWith('/sessions/current') ? report.session : '';
}

/** The answer to a request for JSON; null for what the file does not have. */
export function jsonOf(path) {
  const [route, query] = path.split('?');
  const parameters = new URLSearchParams(query);
  if (route.endsWith('/data')) return data(parameters);
  if (route.endsWith('/layer')) return layer(parameters);
  return route.endsWith('/sessions/info') ? { [report.session]: {} } : null;
}

const workerOf = (parameters) =>
  report.workers[parameters.get('worker')] ?? report.workers[report.worker];

/** What was recorded of a layer, in one resolution. */
function layer(parameters) {
  const whole = workerOf(parameters).layers?.[Number(parameters.get('layer'))];
  if (!whole) return null;
  const from = iteration(parameters.get('from'), -Infinity);
  return part(whole, from, iteration(parameters.get('to'), Infinity), null);
}

function data(parameters) {
  const { answer, levels } = workerOf(parameters);
  const now = answer.latest?.time ?? answer.now; // a saved run is not idle
  if (parameters.get('since') === answer.version) {
    return { version: answer.version, unchanged: true, now };
  }
  const whole = { ...answer, now, workers: Object.keys(report.workers), baselines: [] };
  if (levels.length === 0) return whole; // nothing was recorded
  const { first, last } = levels[0].charts.range;
  const latest = parameters.get('last');
  const from = latest === null ? iteration(parameters.get('from'), first)
    : Math.max(first, last - Number(latest) + 1);
  const to = Math.max(from, iteration(parameters.get('to'), last));
  const isWhole = from <= first && to >= last;
  const level = isWhole ? levels[0] : levelFor(levels, from, to);
  const heatmap = level.heatmaps[parameters.get('quantity')] ?? level.charts.heatmap;
  const charts = { ...level.charts, heatmap };
  const shown = isWhole ? charts : part(charts, from, to, null);
  return { ...whole, ...shown, range: { ...charts.range, from, to } };
}

const iteration = (text, otherwise) => (text === null ? otherwise : Number(text));

/** For each column whether it is among the iterations. */
const within = ({ first, last }, from, to) =>
  first.map((start, i) => last[i] >= from && start <= to);

/** The finest level that has no more columns in the range than a chart shows. */
function levelFor(levels, from, to) {
  const fits = ({ charts }) =>
    within(charts.columns, from, to).filter((kept) => kept).length <= MAX_COLUMNS;
  return levels.findLast(fits) ?? levels[0];
}

/**
 * The part of charts between two iterations. Lists with a number for each column of the nearest
 * `columns` around them are cut.
 */
function part(node, from, to, kept) {
  if (Array.isArray(node)) {
    return node.length === kept?.length && node.every(isNumber)
      ? node.filter((_, i) => kept[i])
      : node.map((each) => part(each, from, to, kept));
  }
  if (node === null || typeof node !== 'object') return node;
  const own = node.columns ? within(node.columns, from, to) : kept;
  const cut = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === 'epochs') cut[key] = value.filter(([start]) => start >= from && start <= to);
    else if (key === 'nonFinite') cut[key] = value.filter(([first, last]) => last >= from && first <= to);
    else cut[key] = key === 'layers' ? value : part(value, from, to, own); // layers that share a line
  }
  return cut;
}

const isNumber = (value) => value === null || typeof value === 'number';

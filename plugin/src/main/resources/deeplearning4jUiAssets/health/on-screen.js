// Which charts are on screen. Of a deep network they are drawn again only there, and those of all
// layers are requested only there, one at a poll and none too often: they are most of a poll's bytes
// and of its work.

const DEEP = 16; // layers from which on a network is deep
// Milliseconds between two requests for a chart: the more lines, the less a second matters.
const minAge = (layers) => Math.min(15000, 150 * layers);

/** The parts of the data by the boxes of the charts that show them. */
const PARTS = {
  heatmap: 'heatmap',
  profile: 'heatmap',
  ratios: 'updateRatios',
  singular: 'singularValues',
};
const NAMES = [...new Set(Object.values(PARTS))];

/** The boxes of the other charts. */
const OTHERS = ['score', 'norms', 'rates', 'cost'];

const seen = new Set(); // boxes on screen
let fresh = new Set(NAMES); // parts of the latest answer
let latest = null; // the version of the latest answer
let layers = 0; // of its run
const received = {}; // the version and the time of each part
let whenDue = () => {};
let whenSeen = () => {};

const observer = new IntersectionObserver((entries) => {
  for (const { target, isIntersecting } of entries) {
    if (!isIntersecting) {
      seen.delete(target.id);
    } else if (!seen.has(target.id)) {
      seen.add(target.id);
      if (OTHERS.includes(target.id)) whenSeen(target.id);
    }
  }
  if (isDue()) whenDue();
});
for (const id of [...OTHERS, ...Object.keys(PARTS)]) observer.observe(document.getElementById(id));

/** Calls a function with the box of a chart that comes on screen, unless it has data of its own. */
export const onSeen = (listener) => {
  whenSeen = listener;
};

/** Calls a function when a chart comes on screen whose data are old. */
export const onDue = (listener) => {
  whenDue = listener;
};

/** The part to request next: of those on screen that are older than the rest, the oldest. */
function due() {
  const waited = (part) => performance.now() - received[part].at;
  const [oldest] = NAMES
    .filter((part) => Object.keys(PARTS).some((id) => PARTS[id] === part && seen.has(id)))
    .filter((part) => received[part] && received[part].version !== latest && waited(part) >= minAge(layers))
    .sort((a, b) => waited(b) - waited(a));
  return oldest;
}

/** Whether a part is to be requested although nothing else may have changed. */
export const isDue = () => due() !== undefined;

/** The names of the parts to leave out of the next answer; null for none. */
export function withoutParts(data) {
  if (data?.state !== 'data' || !isDeep(data)) return null;
  const next = due();
  return NAMES.filter((part) => part !== next).join(',');
}

/** An answer with the parts that it leaves out from the answer before. */
export function completed(answer, before) {
  latest = answer.version;
  if (answer.state !== 'data') return answer;
  layers = answer.run.layers.length;
  fresh = new Set(NAMES.filter((part) => part in answer));
  for (const part of fresh) received[part] = { version: latest, at: performance.now() };
  const left = NAMES.filter((part) => !fresh.has(part)).map((part) => [part, before[part]]);
  return { ...answer, ...Object.fromEntries(left) };
}

const isDeep = ({ run }) => run.layers.length >= DEEP;

/** Whether a chart is to be drawn after an answer: with new data of its own, or else on screen. */
export const isWanted = (id, data) => (id in PARTS
  ? fresh.has(PARTS[id])
  : !isDeep(data) || seen.has(id));

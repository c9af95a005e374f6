// Places the vertices of a graph: those without inputs on top, each below all of its inputs, and
// neighbors in an order with few crossings. A function of its data alone.

const SWEEPS = 4; // passes over the rows, down and up, that reorder them
const MAX_BENDS = 4_000; // bends of all connections; a graph with more has straight ones

/**
 * Places vertices in rows.
 *
 * @param inputs the indices of the inputs of each vertex, all smaller than its own index
 * @return {rows, edges, width}: `places` holds the row and the position in it of each vertex, in
 *     units of a vertex's width; `edges` the places that each connection goes through
 */
export function layout(inputs) {
  const row = [];
  inputs.forEach((from, i) => {
    row[i] = from.length === 0 ? 0 : 1 + Math.max(...from.map((input) => row[input]));
  });
  const nodes = inputs.map((_, i) => ({ row: row[i], vertex: true, above: [], below: [] }));
  const edges = connect(inputs, nodes);
  const rows = rowsOf(nodes);
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const down = sweep % 2 === 0;
    for (const each of down ? rows : [...rows].reverse()) order(each, down ? 'above' : 'below');
  }
  const width = Math.max(...rows.map(widthOf));
  for (const each of rows) spread(each, width);
  return {
    places: nodes.slice(0, inputs.length).map(({ row: at, x }) => ({ row: at, x })),
    edges: edges.map((through) => through.map((node) => ({ row: node.row, x: node.x, vertex: node.vertex }))),
    rows: rows.length,
    width,
  };
}

/** The nodes that each connection goes through, with a bend in each row between its ends. */
function connect(inputs, nodes) {
  const bends = inputs.flatMap((from, i) => from.map((input) => nodes[i].row - nodes[input].row - 1));
  const bent = bends.reduce((sum, each) => sum + each, 0) <= MAX_BENDS;
  return inputs.flatMap((from, i) => from.map((input) => {
    const through = [nodes[input]];
    for (let at = nodes[input].row + 1; bent && at < nodes[i].row; at++) {
      const bend = { row: at, vertex: false, above: [], below: [] };
      nodes.push(bend);
      through.push(bend);
    }
    through.push(nodes[i]);
    for (let k = 1; k < through.length; k++) {
      through[k - 1].below.push(through[k]);
      through[k].above.push(through[k - 1]);
    }
    return through;
  }));
}

function rowsOf(nodes) {
  const rows = [];
  for (const node of nodes) (rows[node.row] ??= []).push(node);
  for (const each of rows) spread(each, widthOf(each));
  return rows;
}

const BEND = 0.25; // width of a bend, in widths of a vertex

const widthOf = (row) => row.reduce((sum, { vertex }) => sum + (vertex ? 1 : BEND), 0);

/** Orders a row by the mean place of what each of its nodes is connected with. */
function order(row, side) {
  for (const node of row) {
    node.wish = node[side].length === 0
      ? node.x
      : node[side].reduce((sum, other) => sum + other.x, 0) / node[side].length;
  }
  row.sort((a, b) => a.wish - b.wish);
  spread(row, widthOf(row));
}

/** Places the nodes of a row beside each other, in the middle of the width. */
function spread(row, width) {
  let x = (width - widthOf(row)) / 2;
  for (const node of row) {
    const own = node.vertex ? 1 : BEND;
    node.x = x + own / 2;
    x += own;
  }
}

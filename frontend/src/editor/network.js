// Rows of an answer as things that are connected: links in a drawing, in the order in which the table has them.
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";
import { element, shortened } from "./svg.js";

const radius = 7;
const mostLetters = 28; // of a label
const room = 60; // around the drawing, for labels

// [{ from, to, label }] of rows with two things, or with a thing, a relation and a thing.
export function connections(columns, rows) {
  if (columns.length < 2) return [];
  const [from, to] = columns.length === 3 ? [0, 2] : [0, 1];
  return rows
    .filter((row) => isThing(row[from]) && isThing(row[to]))
    .map((row) => ({ from: row[from], to: row[to], label: columns.length === 3 ? row[1].text : "" }));
}

function isThing(cell) {
  return Boolean(cell?.href || cell?.isBlank);
}

export function drawNetwork(place, connected) {
  const key = ({ href, text }) => href || text;
  const nodes = new Map();
  for (const { from, to } of connected) for (const thing of [from, to]) nodes.set(key(thing), { id: key(thing), ...thing });
  const links = connected.map(({ from, to, label }) => ({ source: key(from), target: key(to), label }));
  const things = [...nodes.values()];
  forceSimulation(things)
    .force("links", forceLink(links).id(({ id }) => id).distance(120).strength(0.2))
    .force("apart", forceManyBody().strength(-500).distanceMax(700))
    .force("room", forceCollide(40))
    .force("x", forceX(0).strength(0.05))
    .force("y", forceY(0).strength(0.09))
    .stop()
    .tick(300);
  const [left, right] = extent(things.map(({ x }) => x));
  const [top, bottom] = extent(things.map(({ y }) => y));
  const [width, height] = [right - left + 4 * room, bottom - top + 2 * room];
  const drawing = element("svg", { viewBox: `${left - 2 * room} ${top - room} ${width} ${height}`, width, height, role: "group" });
  const arrow = element("marker", { id: "arrow", viewBox: "0 0 8 8", refX: 8, refY: 4, markerWidth: 7, markerHeight: 7, orient: "auto" });
  arrow.append(element("path", { d: "M0 0L8 4L0 8z" }));
  drawing.append(arrow, ...links.map(line), ...things.map(node));
  const region = document.createElement("div");
  region.className = "network";
  region.tabIndex = 0;
  region.append(drawing);
  place.append(region);
}

// From edge to edge of the two circles, with the relation in the middle.
function line({ source, target, label }) {
  const group = element("g", {});
  const length = Math.hypot(target.x - source.x, target.y - source.y) || 1;
  const [x, y] = [((target.x - source.x) / length) * radius, ((target.y - source.y) / length) * radius];
  group.append(element("title", {}, `${source.text} – ${label} – ${target.text}`));
  group.append(
    element("line", { x1: source.x + x, y1: source.y + y, x2: target.x - x, y2: target.y - y, "marker-end": "url(#arrow)" }),
  );
  const middle = { x: (source.x + target.x) / 2, y: (source.y + target.y) / 2 };
  if (label) group.append(element("text", { ...middle, class: "relation" }, shortened(label, mostLetters)));
  return group;
}

function node({ x, y, text, href }) {
  const group = href ? element("a", { href }) : element("g", {});
  group.append(element("title", {}, text), element("circle", { cx: x, cy: y, r: radius }));
  group.append(element("text", { x, y: y + radius + 13 }, shortened(text, mostLetters)));
  return group;
}

function extent(values) {
  return [Math.min(...values), Math.max(...values)];
}

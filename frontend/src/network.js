// The relations of /network as a drawing that can be moved, zoomed and expanded. The table below it says the same.
import cytoscape from "cytoscape";
import { labelOf, language } from "./views/labels.js";
import { forceCollide, forceLink, forceManyBody, forceSimulation, forceX, forceY } from "d3-force";

const sheet = "__________cytoscape_stylesheet"; // what Cytoscape would write into the page; the rule stands in views.css
const place = document.querySelector("[data-network]");
if (place) start();

async function start() {
  const elements = await fetched(place.dataset.network);
  if (!elements) return;
  place.hidden = false;
  place.classList.add("has-drawing");
  draw(elements);
}

async function fetched(address) {
  const { pathname, search } = new URL(address, location.href); // where the page is read, wherever it believes to be
  const answer = await fetch(pathname + search, { headers: { Accept: "application/json" } });
  return answer.ok ? (await answer.json()).elements : null;
}

function shown({ nodes, edges }) {
  return [
    ...nodes.map(({ data }) => ({ group: "nodes", data: { id: data.id, url: data.url, text: labelOf(data) } })),
    ...edges.map(({ data }) => ({
      group: "edges",
      data: { ...data, text: labelOf(data.predicate), words: data.claim ? labelOf(data.claim) : "" },
    })),
  ];
}

function draw(elements) {
  if (!document.getElementById(sheet)) document.querySelector("link[rel=stylesheet]").id = sheet;
  const tools = document.createElement("div");
  tools.className = "tools";
  const canvas = document.createElement("div");
  canvas.className = "canvas";
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", place.dataset.label);
  place.append(tools, canvas);
  const network = cytoscape({ container: canvas, elements: shown(elements), style: styles(), maxZoom: 4, minZoom: 0.1, userZoomingEnabled: false });
  lay(network);
  use(network, tools, canvas);
  network.on("resize", () => network.fit(undefined, 24));
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => network.style(styles()));
}

// Things keep away from each other, what is related comes near; wider than high, as the place is.
function lay(network, centre) {
  const nodes = network.nodes().map((node) => ({ id: node.id(), ...(centre ? node.position() : {}) }));
  const links = network.edges().map((edge) => ({ source: edge.data("source"), target: edge.data("target") }));
  const upright = network.height() / Math.max(network.width(), 1);
  forceSimulation(nodes)
    .force("links", forceLink(links).id(({ id }) => id).distance(110).strength(0.12))
    .force("apart", forceManyBody().strength(-900).distanceMax(900))
    .force("room", forceCollide(58))
    .force("x", forceX(0).strength(0.06 * Math.min(upright, 1)))
    .force("y", forceY(0).strength(0.06 / Math.max(upright, 0.4)))
    .alpha(centre ? 0.4 : 1)
    .stop()
    .tick(300);
  const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const positions = Object.fromEntries(nodes.map(({ id, x, y }) => [id, { x, y }]));
  network.layout({ name: "preset", positions, fit: true, padding: 24, animate: Boolean(centre) && !still }).run();
}

// The wheel scrolls the page unless a control key is held; buttons zoom, too. What is chosen can be expanded.
function use(network, tools, canvas) {
  const button = (text, act) => {
    const made = document.createElement("button");
    made.type = "button";
    made.textContent = text;
    made.addEventListener("click", act);
    tools.append(made);
    return made;
  };
  const zoom = (factor) =>
    network.zoom({ level: network.zoom() * factor, renderedPosition: { x: canvas.clientWidth / 2, y: canvas.clientHeight / 2 } });
  button(place.dataset.zoomIn, () => zoom(1.4));
  button(place.dataset.zoomOut, () => zoom(1 / 1.4));
  button(place.dataset.fit, () => network.fit(undefined, 16));
  const things = document.createElement("select"); // a keyboard reaches what a pointer finds in the drawing
  things.setAttribute("aria-label", place.dataset.hint);
  things.addEventListener("change", () => choose(things.value ? network.getElementById(things.value) : null));
  const said = document.createElement("output");
  tools.append(things, said);
  const expand = button(place.dataset.expand, async () => {
    await expandAround(network, network.getElementById(things.value));
    list();
  });
  const open = document.createElement("a");
  open.textContent = place.dataset.open;
  tools.append(open);
  list();
  choose(null);

  canvas.addEventListener("wheel", ({ ctrlKey, metaKey }) => network.userZoomingEnabled(ctrlKey || metaKey), { capture: true, passive: true });
  network.on("tap", ({ target }) => choose(target === network ? null : target));
  network.on("dbltap", "node", ({ target }) => expandAround(network, target).then(list));

  function list() {
    const nodes = network.nodes().sort((one, other) => one.data("text").localeCompare(other.data("text"), language));
    const chosen = things.value;
    things.replaceChildren(new Option(place.dataset.hint, ""), ...nodes.map((node) => new Option(node.data("text"), node.id())));
    things.value = chosen;
  }

  function choose(target) {
    network.elements().unselect();
    target?.select();
    things.value = target?.isNode() ? target.id() : "";
    network.elements().removeClass("near far");
    expand.hidden = !target?.isNode();
    open.hidden = !(target?.isNode() || target?.data("claim"));
    said.textContent = "";
    if (!target) return;
    const near = target.isNode() ? target.closedNeighborhood() : target.union(target.connectedNodes());
    network.elements().not(near).addClass("far");
    near.addClass("near");
    if (target.isEdge()) {
      const [from, to] = [target.source().data("text"), target.target().data("text")];
      said.textContent = target.data("words") || `${from} – ${target.data("text")} – ${to}`;
    }
    open.href = new URL(target.isNode() ? target.data("url") : target.data("claim").id).pathname;
  }
}

async function expandAround(network, node) {
  const id = node.id();
  const address = new URL(place.dataset.network, location.href);
  address.searchParams.set("around", id);
  address.searchParams.set("depth", "1");
  const elements = await fetched(address);
  if (!elements) return;
  const near = node.position();
  const known = new Set(network.edges().map((edge) => keyOf(edge.data())));
  const fresh = shown(elements).filter(({ group, data }) => (group === "nodes" ? network.getElementById(data.id).empty() : !known.has(keyOf(data))));
  for (const [number, element] of fresh.entries()) {
    if (element.group === "nodes") element.position = { x: near.x + 60 * Math.cos(number), y: near.y + 60 * Math.sin(number) };
    else element.data.id = `${id} ${element.data.id}`;
  }
  if (!fresh.length) return;
  network.add(fresh);
  lay(network, node);
}

function keyOf({ source, target, predicate, claim }) {
  return [source, target, predicate.id, claim?.id ?? ""].join(" ");
}

function styles() {
  const computed = getComputedStyle(document.documentElement);
  const colour = (name) => computed.getPropertyValue(name).trim();
  return [
    {
      selector: "node",
      style: {
        label: "data(text)",
        "background-color": colour("--ink"),
        color: colour("--ink"),
        "font-size": 15,
        "font-family": "system-ui, sans-serif",
        "text-wrap": "ellipsis",
        "text-max-width": 170,
        "text-valign": "bottom",
        "text-margin-y": 3,
        "text-background-color": colour("--paper"),
        "text-background-opacity": 0.75,
        width: 16,
        height: 16,
      },
    },
    {
      selector: "edge",
      style: {
        "line-color": (edge) => colour(edge.data("place") ? `--badge-${edge.data("place")}` : "--quiet"),
        "line-style": (edge) => (edge.data("place") > 1 ? "dashed" : "solid"),
        "target-arrow-color": (edge) => colour(edge.data("place") ? `--badge-${edge.data("place")}` : "--quiet"),
        "target-arrow-shape": "triangle",
        "curve-style": "bezier",
        opacity: 0.65,
        width: 1.6,
      },
    },
    {
      selector: "edge.near",
      style: {
        label: "data(text)",
        color: colour("--ink"),
        "font-size": 12,
        "text-rotation": "autorotate",
        "text-background-color": colour("--paper"),
        "text-background-opacity": 0.9,
        opacity: 1,
        width: 2.4,
      },
    },
    { selector: "node:selected", style: { "background-color": colour("--link"), width: 24, height: 24 } },
    { selector: ".far", style: { opacity: 0.15 } },
  ];
}

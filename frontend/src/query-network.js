// The things of an answer and how they are connected, drawn by Cytoscape; fetched when somebody wants to see it.
import cytoscape from "cytoscape";

const sheet = "__________cytoscape_stylesheet"; // what Cytoscape would write into the page; it stands in editor.css

globalThis.axisldNetwork = (place, edges) => {
  if (!document.getElementById(sheet)) document.querySelector("link[rel=stylesheet]").id = sheet;
  const colour = (name) => getComputedStyle(place).getPropertyValue(name).trim();
  const key = ({ href, text }) => href || text;
  const nodes = new Map();
  for (const { from, to } of edges) for (const thing of [from, to]) nodes.set(key(thing), thing);
  const network = cytoscape({
    container: place,
    elements: [
      ...[...nodes].map(([id, { text, href }]) => ({ data: { id, text, href } })),
      ...edges.map(({ from, to, label }) => ({ data: { source: key(from), target: key(to), text: label } })),
    ],
    style: [
      {
        selector: "node",
        style: {
          label: "data(text)",
          "background-color": colour("--link"),
          color: colour("--ink"),
          "font-size": 16,
          "text-wrap": "wrap",
          "text-max-width": 140,
          "text-valign": "bottom",
          "text-margin-y": 4,
          width: 22,
          height: 22,
        },
      },
      {
        selector: "edge",
        style: {
          label: "data(text)",
          "line-color": colour("--line"),
          "target-arrow-color": colour("--quiet"),
          "target-arrow-shape": "triangle",
          "curve-style": "bezier",
          color: colour("--quiet"),
          "font-size": 12,
          "text-background-color": colour("--paper"),
          "text-background-opacity": 1,
          width: 2,
        },
      },
    ],
    layout: { name: "cose", animate: false, nodeDimensionsIncludeLabels: true, idealEdgeLength: () => 70, nodeRepulsion: () => 8000, padding: 12 },
    maxZoom: 3,
  });
  network.on("tap", "node", ({ target }) => {
    if (target.data("href")) location.assign(target.data("href"));
  });
  return network;
};

// Rows of an answer as things that are connected, drawn by a script of its own that is fetched when it is needed.
export function connections(columns, rows) {
  const [from, to] = columns.length === 3 ? [0, 2] : [0, 1];
  if (columns.length < 2) return [];
  return rows
    .filter((row) => isThing(row[from]) && isThing(row[to]))
    .map((row) => ({ from: row[from], to: row[to], label: columns.length === 3 ? row[1].text : "" }));
}

function isThing(cell) {
  return Boolean(cell?.href || cell?.isBlank);
}

export async function drawNetwork(place, edges, script) {
  place.className = "network";
  place.setAttribute("role", "img");
  if (!globalThis.axisldNetwork) {
    await new Promise((resolve, reject) => {
      const element = document.createElement("script");
      element.src = script;
      element.onload = resolve;
      element.onerror = reject;
      document.head.append(element);
    });
  }
  globalThis.axisldNetwork(place, edges);
}

// The answer in other shapes than the table that the server made: as a network, on a timeline, as text.
import { connections, drawNetwork } from "./network.js";
import { drawTimeline, spans } from "./timeline.js";

export function answerIn(answer) {
  const table = answer.querySelector("[data-shows=table] table");
  const views = answer.querySelector(".views");
  if (!table) return;
  const columns = [...table.tHead.rows[0].cells].map((cell) => cell.textContent);
  const rows = [...table.tBodies[0].rows].map((row) => [...row.cells].map(cellOf));
  const edges = connections(columns, rows);
  const times = spans(columns, rows);
  const shapes = {
    text: (place) => showText(place, answer.querySelector("form.formats")),
    ...(edges.length && { network: (place) => drawNetwork(place, edges) }),
    ...(times.length && { timeline: (place) => drawTimeline(place, times) }),
  };
  for (const button of views.querySelectorAll("button")) {
    const name = button.dataset.view;
    button.hidden = name !== "table" && !(name in shapes);
    button.addEventListener("click", () => {
      for (const other of views.querySelectorAll("button")) other.setAttribute("aria-pressed", other === button);
      let place = answer.querySelector(`[data-shows=${name}]`);
      if (!place) {
        place = document.createElement("div");
        place.dataset.shows = name;
        views.parentElement.querySelector("[data-shows=table]").after(place);
        shapes[name](place);
      }
      for (const shown of answer.querySelectorAll("[data-shows]")) shown.hidden = shown !== place;
    });
  }
  views.hidden = false;
}

function cellOf(cell) {
  const named = cell.querySelector("bdi");
  const link = cell.querySelector("a");
  return { text: named?.textContent ?? "", href: link?.getAttribute("href") ?? "", isBlank: /^_:/.test(named?.textContent) };
}

// The answer as the server sends it to programs.
async function showText(place, asked) {
  const text = document.createElement("pre");
  text.tabIndex = 0;
  text.dir = "ltr";
  place.append(text);
  const parameters = new URLSearchParams({ query: asked.elements.query.value, format: asked.elements.format[0].value });
  const answer = await fetch(asked.action, { method: "POST", body: parameters }).catch(() => null);
  text.textContent = answer ? (await answer.text()).slice(0, 1_000_000) : "";
}

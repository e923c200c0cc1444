// Rows of an answer that have a date, as bars over years. Everything that it shows stands in the table too.
import { element, shortened } from "./svg.js";

const width = 960;
const rowHeight = 30;
const mostLetters = 72; // of a label: half of the width
const margin = 28; // above the first row, for the axis
const dated = /^(-?\d{4,})(?:-(\d\d)(?:-(\d\d))?)?(?:T[\d:.]+)?(?:Z|[+-]\d\d:\d\d)?[~?%]?$/;
const unspecified = /^(\d{1,3})(X{1,2})[~?%]?$/; // some year of a decade or century

// [{ label, href, from, to }] of the rows, times as fractional years; `to` is the end of the period that a date means.
export function spans(columns, rows) {
  const places = columns.map((_, place) => place);
  const times = places.filter((place) => rows.some((row) => periodOf(row[place].text)));
  const names = places.filter((place) => !times.includes(place));
  return rows.flatMap((row) => {
    const periods = times.map((place) => periodOf(row[place].text)).filter(Boolean);
    if (!periods.length) return [];
    const cells = names.map((place) => row[place]).filter(({ text }) => text);
    const when = times.map((place) => row[place].text).filter(Boolean);
    return {
      label: [...new Set([...cells.map(({ text }) => text)])].join(" · ") || when.join(" – "),
      when: when.join(" – "),
      href: cells.find(({ href }) => href)?.href ?? "",
      from: Math.min(...periods.map(({ from }) => from)),
      to: Math.max(...periods.map(({ to }) => to)),
      isOpen: periods.some(({ isOpen }) => isOpen),
    };
  });
}

// A date of XSD, or a date or interval of EDTF level 0 and 1; what is open or unknown ends where the other side does.
function periodOf(text) {
  const parts = text.split("/");
  if (parts.length > 2) return null;
  const periods = parts.map(yearOf);
  if (parts.some((part, place) => !periods[place] && !["", "..", "*"].includes(part))) return null;
  const known = periods.filter(Boolean);
  return known.length ? { from: known[0].from, to: known.at(-1).to, isOpen: parts.at(-1) === ".." } : null;
}

function yearOf(text) {
  const [, known, unknown] = unspecified.exec(text) ?? [];
  if (known) return { from: known * 10 ** unknown.length, to: (Number(known) + 1) * 10 ** unknown.length };
  const parts = dated.exec(text.trim());
  if (!parts) return null;
  const [year, month, day] = parts.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const from = year + ((month ?? 1) - 1) / 12 + ((day ?? 1) - 1) / 365;
  return { from, to: from + (day ? 1 / 365 : month ? 1 / 12 : 1) };
}

export function drawTimeline(place, found) {
  const items = [...found].sort((one, other) => one.from - other.from || one.to - other.to);
  const first = Math.min(...items.map(({ from }) => from));
  const last = Math.max(...items.map(({ to }) => to));
  const height = margin + items.length * rowHeight + 8;
  const x = (year) => 8 + ((year - first) / (last - first || 1)) * (width - 16);
  const drawing = element("svg", { viewBox: `0 0 ${width} ${height}`, role: "group" });
  for (const [time, name] of ticks(first, last)) {
    drawing.append(element("line", { x1: x(time), x2: x(time), y1: margin - 6, y2: height, class: "tick" }));
    drawing.append(element("text", { x: x(time), y: 14, class: "year" }, name));
  }
  items.forEach((item, row) => {
    const y = margin + row * rowHeight;
    const group = item.href ? element("a", { href: item.href }) : element("g", {});
    const bar = { x: x(item.from), y: y + 16, width: Math.max(x(item.to) - x(item.from), 4), height: 7, rx: 2 };
    const isLate = bar.x > width / 2;
    const at = isLate ? { x: bar.x + bar.width, "text-anchor": "end" } : { x: bar.x };
    group.append(element("title", {}, `${item.when}: ${item.label}`));
    if (item.isOpen) group.append(element("rect", { ...bar, width: width - 8 - bar.x, class: "bar open" }));
    group.append(element("rect", { ...bar, class: "bar" }));
    group.append(element("text", { ...at, y: y + 12 }, shortened(item.label, mostLetters)));
    drawing.append(group);
  });
  const region = document.createElement("div");
  region.className = "timeline";
  region.tabIndex = 0;
  region.append(drawing);
  place.append(region);
}

// [time, name] of about eight round years; of months, where there are few years.
function ticks(first, last) {
  const isShort = last - first < 2;
  const steps = isShort ? [1, 2, 3, 6].map((months) => months / 12) : [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
  const step = steps.find((years) => (last - first) / years <= 8) ?? steps.at(-1);
  const found = [];
  for (let place = Math.ceil(first / step - 1e-6); place * step <= last; place++) {
    const month = Math.round(place * step * 12);
    const name = isShort ? `${Math.floor(month / 12)}-${String((month % 12) + 1).padStart(2, "0")}` : String(place * step);
    found.push([place * step, name]);
  }
  return found;
}

// The rows of /timeline on one line of time that can be moved and zoomed. The table below it says the same.
import { axisTop } from "d3-axis";
import { scaleUtc } from "d3-scale";
import { select } from "d3-selection";
import { zoom, zoomIdentity } from "d3-zoom";
import { labelOf, language } from "./views/labels.js";

const mostPages = 8; // of the answer, drawn together
const laneHeight = 32;
const top = 26; // for the axis
const mostLetters = 70; // of a label
const fade = 46; // pixels in which a time of unknown end fades away
const letterWidth = 7.5; // at most, on average
const dayMilliseconds = 86_400_000;
const epochDay = 719_163; // 1 January 1970, counted from 1 January of the year 1
const gregorian = { calendar: "gregory", timeZone: "UTC" }; // as the times are written
const formats = {
  year: new Intl.DateTimeFormat(language, { year: "numeric", ...gregorian }),
  month: new Intl.DateTimeFormat(language, { month: "short", ...gregorian }),
  day: new Intl.DateTimeFormat(language, { day: "numeric", month: "short", ...gregorian }),
};

const place = document.querySelector("[data-timeline]");
if (place) start();

async function start() {
  const items = (await everything(place.dataset.timeline)).map(item).filter(Boolean);
  if (!items.length) return;
  place.hidden = false;
  place.classList.add("has-drawing");
  draw(items);
}

async function everything(address) {
  let url = new URL(address, location.href);
  url = new URL(url.pathname + url.search, location.href); // where the page is read, wherever it believes to be
  url.searchParams.delete("page");
  const found = [];
  for (let page = 0; url && page < mostPages; page += 1) {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) break;
    const { results, next } = await answer.json();
    found.push(...results);
    url = next ? new URL(new URL(next).pathname + new URL(next).search + "&format=json", location.href) : null;
  }
  return found;
}

function item({ id, labels, time, place: badge, firstDay, lastDay }) {
  if (firstDay === null && lastDay === null) return null;
  const [before, after] = time.text.includes("/") ? time.text.split("/") : [time.text, time.text];
  const label = labelOf({ id, labels });
  return {
    href: new URL(id).pathname,
    label,
    words: `${time.text}: ${label}`,
    badge,
    first: firstDay === null ? null : dateOf(firstDay),
    last: lastDay === null ? null : dateOf(lastDay + 1),
    isOpenBefore: before === "..",
    isOpenAfter: after === "..",
    kind: time.asOf ? "moment" : /[~?%]/.test(time.text) ? "about" : "sure",
  };
}

function dateOf(day) {
  return new Date((day - epochDay) * dayMilliseconds);
}

function draw(items) {
  const times = items.flatMap(({ first, last }) => [first, last].filter(Boolean));
  const [earliest, latest] = [Math.min(...times), Math.max(...times)];
  const margin = Math.max((latest - earliest) * 0.08, 200 * dayMilliseconds);
  const width = Math.max(place.clientWidth, 280);
  const whole = scaleUtc([new Date(earliest - margin), new Date(latest + margin)], [0, width]);

  const tools = select(place).append("div").attr("class", "tools");
  const frame = select(place).append("div").attr("class", "frame");
  const chart = frame.append("svg").attr("class", "chart");
  chart.attr("role", "group").attr("aria-label", place.dataset.label).attr("direction", "ltr");
  gradients(chart);
  const axis = chart.append("g").attr("transform", `translate(0 ${top - 4})`).attr("aria-hidden", "true");
  const groups = chart
    .append("g")
    .selectAll("g")
    .data(items)
    .join("g")
    .attr("class", ({ badge }) => `item mark-${badge}`);
  const links = groups.append("a").attr("href", ({ href }) => href);
  links.append("title").text(({ words }) => words);
  const bars = links.append("rect").attr("y", 18).attr("height", 8).attr("rx", 2);
  bars.attr("class", ({ kind }) => kind);
  const arrows = links.append("path").attr("class", "arrow");
  const texts = links.append("text").attr("y", 14).text(({ label }) => shortened(label, Math.min(mostLetters, Math.floor(width / letterWidth))));
  texts.each(function measure(item) {
    item.space = this.getComputedTextLength() + 6;
  });
  const height = top + pack(items, whole, width) * laneHeight + 8;
  chart.attr("viewBox", `0 0 ${width} ${height}`);
  groups.attr("transform", ({ lane }) => `translate(0 ${top + lane * laneHeight})`);

  const moving = zoom()
    .scaleExtent([1, 20_000])
    .translateExtent([
      [0, 0],
      [width, height],
    ])
    .filter((event) => (event.type === "wheel" ? event.ctrlKey || event.metaKey : !event.button))
    .on("zoom", ({ transform }) => place_(transform.rescaleX(whole)));
  chart.call(moving).on("dblclick.zoom", null);
  buttons(tools, chart, moving);
  place_(whole);

  function place_(scale) {
    axis.call(axisTop(scale).ticks(Math.max(2, Math.floor(width / 110))).tickFormat(dated));
    for (const item of items) {
      const begin = item.first ? scale(item.first) : scale(item.last) - (item.isOpenBefore ? width * 99 : fade);
      const end = item.last ? scale(item.last) : scale(item.first) + (item.isOpenAfter ? width * 99 : fade);
      item.x = Math.max(begin, -4);
      item.end = Math.min(Math.max(end, item.x + 3), width + 4);
      item.isSeen = end >= 0 && begin <= width;
    }
    groups.attr("visibility", ({ isSeen }) => (isSeen ? null : "hidden"));
    bars.attr("x", ({ x }) => x).attr("width", ({ x, end }) => Math.max(end - x, 3));
    bars.style("fill", ({ badge, first, last, isOpenBefore, isOpenAfter }) => {
      if (!last && !isOpenAfter) return `url(#fade-out-${badge})`;
      return !first && !isOpenBefore ? `url(#fade-in-${badge})` : null;
    });
    arrows.attr("d", arrow);
    texts.attr("x", ({ x, space }) => above(x, space, width));
  }

  function arrow({ first, last, isOpenBefore, isOpenAfter }) {
    if (!last && isOpenAfter) return `M${width - 12} 14L${width} 22L${width - 12} 30z`;
    return !first && isOpenBefore ? "M12 14L0 22L12 30z" : null;
  }
}

// Where the label above a bar begins, so that all of it is seen.
function above(x, space, width) {
  return Math.max(Math.min(x, width - space), 4);
}

// Each item gets the first lane in which neither its bar nor its label meets another.
function pack(items, scale, width) {
  const ends = [];
  for (const item of items) {
    const begin = item.first ? scale(item.first) : item.isOpenBefore ? 0 : scale(item.last) - fade;
    const end = item.last ? scale(item.last) : item.isOpenAfter ? width : scale(item.first) + fade;
    const label = above(begin, item.space, width);
    const from = Math.min(begin, label);
    const to = Math.max(end, label + item.space) + 6;
    let lane = ends.findIndex((taken) => taken <= from);
    if (lane < 0) lane = ends.push(0) - 1;
    ends[lane] = to;
    item.lane = lane;
  }
  return ends.length;
}

function gradients(chart) {
  const definitions = chart.append("defs");
  for (let badge = 0; badge <= 6; badge += 1) {
    for (const [name, begin, end] of [["out", 1, 0], ["in", 0, 1]]) {
      const gradient = definitions.append("linearGradient").attr("id", `fade-${name}-${badge}`);
      gradient.attr("class", `mark-${badge}`);
      gradient.append("stop").attr("offset", "0").attr("stop-opacity", begin);
      gradient.append("stop").attr("offset", "1").attr("stop-opacity", end);
    }
  }
}

function buttons(tools, chart, moving) {
  const tool = (text, act, into = tools) => into.append("button").attr("type", "button").text(text).on("click", act);
  tool(place.dataset.zoomIn, () => chart.call(moving.scaleBy, 2));
  tool(place.dataset.zoomOut, () => chart.call(moving.scaleBy, 0.5));
  const steps = tools.append("span").attr("dir", "ltr"); // time runs so on every page
  tool("◀", () => chart.call(moving.translateBy, 120, 0), steps).attr("aria-label", place.dataset.earlier);
  tool("▶", () => chart.call(moving.translateBy, -120, 0), steps).attr("aria-label", place.dataset.later);
  tool(place.dataset.whole, () => chart.call(moving.transform, zoomIdentity));
}

function dated(date) {
  if (date.getUTCDate() !== 1) return formats.day.format(date);
  return date.getUTCMonth() ? formats.month.format(date) : formats.year.format(date);
}

function shortened(label, letters) {
  return label.length > letters ? `${label.slice(0, letters - 1).trimEnd()}…` : label;
}

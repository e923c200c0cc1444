// The page of the SPARQL endpoint: an editor in place of the text field, answers without leaving the page.
import { answerIn } from "./editor/answer.js";
import { codeEditor } from "./editor/code.js";

const longestAddress = 4000; // characters; a longer query is sent in the body
const rows = 1000; // the most that the server puts on a page

const form = document.querySelector("form.editor");
const field = form.elements.query;
const status = form.querySelector("[role=status]");
const share = form.querySelector(".share");
const chosen = new URLSearchParams(); // the languages that the reader chose
for (const name of ["ui", "lang"]) {
  const value = new URLSearchParams(location.search).get(name);
  if (value) chosen.set(name, value);
}
let asked = new AbortController();

const editor = codeEditor(form, field, () => form.requestSubmit());
field.addEventListener("input", offerLink);
form.addEventListener("submit", (event) => {
  if (form.elements.format.value !== "html") return; // the browser shows or saves data
  event.preventDefault();
  run();
});
share.addEventListener("click", async (event) => {
  if (!navigator.clipboard) return; // then it is a link
  event.preventDefault();
  history.replaceState(null, "", share.href);
  await navigator.clipboard.writeText(share.href);
  say(share.dataset.done);
});
addEventListener("hashchange", readLink);
readLink();
offerLink();
share.hidden = false;
if (document.querySelector("#answer :is(table, .said, .problem)")) show();

// A link that somebody shared holds the query behind the "#": servers do not log it.
function readLink() {
  const query = new URLSearchParams(location.hash.slice(1)).get("query");
  if (query) editor.replace(query);
}

function offerLink() {
  share.href = `${form.action}#query=${encodeURIComponent(field.value)}`;
}

async function run() {
  asked.abort();
  asked = new AbortController();
  const { signal } = asked;
  say(status.dataset.running);
  const asking = new URLSearchParams({ query: field.value, rows });
  const address = `${form.action}?${new URLSearchParams([...asking, ...chosen])}`;
  const headers = { Accept: "text/html" };
  try {
    const response = await (address.length <= longestAddress
      ? fetch(address, { headers, signal })
      : fetch(`${form.action}?${chosen}`, { method: "POST", body: asking, headers, signal }));
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const answer = page.getElementById("answer");
    document.getElementById("answer").replaceWith(answer);
    history.replaceState(null, "", share.href);
    show();
  } catch (error) {
    if (!signal.aborted) say(status.dataset.failed);
  }
}

function show() {
  const answer = document.getElementById("answer");
  const problem = answer.querySelector(".problem");
  editor.mark(problem?.dataset.line ? { ...problem.dataset, message: problem.textContent } : null);
  answer.querySelector(".place")?.addEventListener("click", (event) => {
    event.preventDefault();
    editor.goTo(problem.dataset);
  });
  answerIn(answer);
  say(answer.querySelector("p")?.textContent ?? "", true);
}

// For screen readers too; what stands on the page anyway, for them alone.
function say(text, isOnPage = false) {
  status.classList.toggle("told", isOnPage);
  status.textContent = text.replace(/\s+/g, " ").trim();
}

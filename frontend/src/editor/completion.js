// What a query can go on with: keywords, its own variables, the publication's prefixes, classes, properties and things.
import { declared, declaring } from "./prefixes.js";

const keywords =
  "SELECT DISTINCT REDUCED CONSTRUCT ASK DESCRIBE WHERE FROM NAMED GRAPH OPTIONAL UNION MINUS FILTER BIND VALUES EXISTS " +
  "NOT IN AS GROUP BY HAVING ORDER ASC DESC LIMIT OFFSET PREFIX BASE COUNT SUM MIN MAX AVG SAMPLE GROUP_CONCAT " +
  "BOUND COALESCE IF LANG LANGMATCHES DATATYPE STR STRLEN SUBSTR UCASE LCASE STRSTARTS STRENDS CONTAINS STRBEFORE " +
  "STRAFTER REPLACE REGEX CONCAT YEAR MONTH DAY isIRI isBLANK isLITERAL isNUMERIC IRI UNDEF";
const fewestLetters = 2; // before the server is asked for things
const plainLocal = /^[\p{L}\p{N}_](?:[\p{L}\p{N}_-]*)$/u; // what needs no escapes in a prefixed name

export function completionsOf(termsToCome, things) {
  return async (context) => {
    const word = context.matchBefore(/[?$]?[\p{L}\p{N}_-]*(?::[\p{L}\p{N}_-]*)?/u);
    if (!word || (word.from === word.to && !context.explicit)) return null;
    const text = context.state.doc.toString();
    if (/^[?$]/.test(word.text)) return { from: word.from, options: variables(text, word.text), validFor: /^[?$][\w]*$/ };
    if (isInComment(context.state.doc.lineAt(word.from).text.slice(0, word.from - context.state.doc.lineAt(word.from).from)))
      return null;
    const terms = await termsToCome;
    const prefixes = { ...terms?.prefixes, ...declared(text) };
    const before = text.slice(0, word.from);
    const wantsClass = /(?:\ba|rdf:type)[ \t]+$/.test(before);
    const typed = word.text.replace(/^[^:]*:/, "");
    const found = typed.length >= fewestLetters && things && !wantsClass ? await thingsLike(things, typed, context) : [];
    if (context.aborted) return null;
    return {
      from: word.from,
      options: [
        ...(word.text.includes(":") ? [] : keywords.split(" ").map((label) => ({ label, type: "keyword", boost: 1 }))),
        ...termOptions(terms?.classes ?? [], prefixes, text, wantsClass ? 20 : -5),
        ...(wantsClass ? [] : termOptions(terms?.properties ?? [], prefixes, text, 5)),
        ...termOptions(found, prefixes, text, 0, word.text),
      ],
      validFor: found.length ? undefined : /^[\p{L}\p{N}_-]*(?::[\p{L}\p{N}_-]*)?$/u,
    };
  };
}

function isInComment(start) {
  return /(?:^|\s)#/.test(start);
}

function variables(text, current) {
  const names = new Set([...text.matchAll(/[?$](\w+)/g)].map(([, name]) => name));
  return [...names].map((name) => ({ label: current[0] + name, type: "variable" })).filter(({ label }) => label !== current);
}

async function thingsLike(address, typed, context) {
  const asked = new AbortController();
  context.addEventListener("abort", () => asked.abort());
  const parameters = new URLSearchParams({ prefix: typed.replaceAll("-", " ") });
  try {
    const answer = await fetch(`${address}?${parameters}`, { signal: asked.signal });
    if (!answer.ok) return [];
    const { result } = await answer.json();
    return result.map(({ id, name, description }) => ({ iri: id, label: name, detail: description }));
  } catch {
    return []; // offline, or typed on
  }
}

// One option a term: found by its prefixed name and by its label; it declares its prefix where the query does not yet.
function termOptions(terms, prefixes, text, boost, typed = "") {
  const here = declared(text);
  return terms.map((term) => {
    const { written, prefix } = shortened(term.iri, prefixes);
    const name = written + (term.label && !written.endsWith(`:${term.label}`) ? ` ${term.label}` : "");
    return {
      label: typed && !name.toLowerCase().includes(typed.toLowerCase()) ? `${typed} ${name}` : name,
      displayLabel: written,
      detail: [term.label, term.count && `(${term.count})`].filter(Boolean).join(" "),
      boost,
      apply(view, completion, from, to) {
        const changes = [{ from, to, insert: written }];
        if (prefix && !(prefix in here)) changes.push(declaring(view.state.doc, prefix, prefixes[prefix]));
        const set = view.state.changes(changes);
        view.dispatch({ changes: set, selection: { anchor: set.mapPos(to, 1) }, userEvent: "input.complete" });
      },
    };
  });
}

function shortened(iri, prefixes) {
  const cut = Math.max(iri.lastIndexOf("#"), iri.lastIndexOf("/")) + 1;
  const prefix = Object.keys(prefixes).find((name) => prefixes[name] === iri.slice(0, cut));
  return prefix !== undefined && plainLocal.test(iri.slice(cut))
    ? { written: `${prefix}:${iri.slice(cut)}`, prefix }
    : { written: `<${iri}>`, prefix: "" };
}

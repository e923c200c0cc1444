// CodeMirror in place of a text field, which goes on holding the query for the form.
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap, insertBracket } from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from "@codemirror/language";
import { sparql } from "@codemirror/legacy-modes/mode/sparql";
import { lintGutter, setDiagnostics } from "@codemirror/lint";
import { EditorState } from "@codemirror/state";
import { drawSelection, EditorView, keymap, lineNumbers } from "@codemirror/view";
import { tags } from "@lezer/highlight";
import { completionsOf } from "./completion.js";
import { declareWhileTyping } from "./prefixes.js";

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--link)", fontWeight: "600" },
  { tag: [tags.variableName, tags.special(tags.variableName)], color: "var(--ink)", fontStyle: "italic" },
  { tag: [tags.atom, tags.string, tags.number], color: "var(--mark)" },
  { tag: tags.comment, color: "var(--quiet)" },
]);

const look = EditorView.theme({
  "&": { fontSize: ".9rem", color: "var(--ink)", backgroundColor: "var(--shade)" },
  "&.cm-focused": { outline: ".2rem solid var(--link)", outlineOffset: ".1rem" },
  ".cm-content": { minHeight: "9rem", caretColor: "var(--ink)", fontFamily: "ui-monospace, monospace" },
  ".cm-cursor": { borderInlineStartColor: "var(--ink)" },
  ".cm-gutters": { backgroundColor: "var(--shade)", color: "var(--quiet)", borderInlineEnd: "1px solid var(--line)" },
  ".cm-selectionBackground, &.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground": {
    backgroundColor: "var(--line)",
  },
  ".cm-tooltip": { backgroundColor: "var(--paper)", color: "var(--ink)", border: "1px solid var(--quiet)" },
  ".cm-tooltip-autocomplete > ul > li[aria-selected]": { backgroundColor: "var(--link)", color: "var(--paper)" },
  ".cm-completionDetail": { fontStyle: "normal", opacity: "1" },
  // without CodeMirror's pictures, which are addresses of data
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--mark)" },
  ".cm-lint-marker-error": { content: "none" },
  ".cm-lint-marker-error::before": { content: "'⚠'", color: "var(--mark)" },
  "&.cm-focused .cm-matchingBracket, &.cm-focused .cm-nonmatchingBracket": { backgroundColor: "var(--line)" },
  ".cm-diagnostic-error": { borderInlineStartColor: "var(--mark)" },
});

// Chromium replaces coloured text by way of inline styles, which our Content-Security-Policy refuses aloud.
const typingOver = EditorView.domEventHandlers({
  beforeinput(event, view) {
    if (event.inputType !== "insertText" || !event.data || view.state.selection.main.empty) return false;
    event.preventDefault();
    const typed = () => view.state.update(view.state.replaceSelection(event.data), { userEvent: "input.type" });
    view.dispatch(insertBracket(view.state, event.data) ?? typed());
    return true;
  },
});

// The editor has a shadow tree: there CodeMirror's styles are constructed sheets, which our Content-Security-Policy allows.
export function codeEditor(form, field, run) {
  const place = document.createElement("div");
  place.className = "code-editor";
  field.before(place);
  const root = place.attachShadow({ mode: "open" });
  const label = form.querySelector("#query-label");
  const help = form.querySelector("#query-help");
  const terms = fetch(form.dataset.terms).then((answer) => (answer.ok ? answer.json() : null)).catch(() => null);
  const view = new EditorView({
    parent: root,
    root,
    doc: field.value,
    extensions: [
      lineNumbers(),
      lintGutter(),
      history(),
      drawSelection(),
      bracketMatching(),
      closeBrackets(),
      autocompletion({ override: [completionsOf(terms, form.dataset.things)], icons: false }),
      StreamLanguage.define(sparql),
      syntaxHighlighting(colours),
      look,
      EditorView.lineWrapping,
      EditorState.tabSize.of(2),
      // Tab leaves the editor, as it leaves any field.
      keymap.of([
        { key: "Mod-Enter", run: () => (run(), true) },
        { key: "Ctrl-Enter", run: () => (run(), true) },
        ...closeBracketsKeymap,
        ...completionKeymap,
        ...defaultKeymap,
        ...historyKeymap,
      ]),
      EditorView.contentAttributes.of({
        "aria-label": label.textContent,
        "aria-description": help.textContent,
        id: "query-code",
        spellcheck: "false",
      }),
      EditorView.updateListener.of((update) => {
        if (!update.docChanged) return;
        field.value = update.state.doc.toString();
        field.dispatchEvent(new Event("input"));
      }),
      declareWhileTyping(terms),
      typingOver,
    ],
  });
  field.hidden = true;
  help.hidden = false;
  label.addEventListener("click", () => view.focus());
  return {
    replace(text) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    // What is wrong, at its line and column, which count from 1; null takes the mark away.
    mark(problem) {
      if (!problem) return view.dispatch(setDiagnostics(view.state, []));
      const from = position(view.state.doc, problem);
      const line = view.state.doc.lineAt(from);
      const to = from < line.to ? from + 1 : from;
      const start = from === to && from > line.from ? from - 1 : from;
      view.dispatch(setDiagnostics(view.state, [{ from: start, to, severity: "error", message: problem.message }]));
    },
    goTo(problem) {
      view.dispatch({ selection: { anchor: position(view.state.doc, problem) }, scrollIntoView: true });
      view.focus();
    },
  };
}

function position(doc, { line, column }) {
  const found = doc.line(Math.min(Math.max(Number(line), 1), doc.lines));
  return Math.min(found.from + Math.max(Number(column) - 1, 0), found.to);
}

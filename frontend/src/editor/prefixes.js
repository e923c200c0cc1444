// Prefix declarations at the head of a query.
import { EditorView } from "@codemirror/view";

const declaration = /^[ \t]*PREFIX[ \t]+([\w-]*):[ \t]*<([^>]*)>/gim;

// The prefixes that the query declares: name to namespace.
export function declared(text) {
  return Object.fromEntries([...text.matchAll(declaration)].map(([, name, namespace]) => [name, namespace]));
}

// The change that declares a prefix behind those that are there, below comments that begin the query.
export function declaring(doc, name, namespace) {
  const text = doc.toString();
  const last = [...text.matchAll(declaration)].at(-1);
  const from = last ? doc.lineAt(last.index + last[0].length).to : /^(?:[ \t]*#.*\n|[ \t]*\n)*/.exec(text)[0].length;
  const line = `PREFIX ${name}: <${namespace}>`;
  return { from, insert: last ? `\n${line}` : `${line}\n` };
}

// Declares a known prefix as soon as somebody has typed it with its colon.
export function declareWhileTyping(terms) {
  let known = {};
  terms.then((found) => (known = found?.prefixes ?? {}));
  return EditorView.inputHandler.of((view, from, to, text, insert) => {
    if (text !== ":") return false;
    const line = view.state.doc.lineAt(from);
    const name = /(?<![\w?$:<-])([a-z][\w-]*)$/i.exec(line.text.slice(0, from - line.from))?.[1];
    const isDeclaration = /^\s*PREFIX\s/i.test(line.text);
    if (!name || isDeclaration || !known[name] || name in declared(view.state.doc.toString())) return false;
    const typed = insert();
    view.dispatch(typed);
    view.dispatch({ changes: declaring(view.state.doc, name, known[name]), userEvent: "input.complete" });
    return true;
  });
}

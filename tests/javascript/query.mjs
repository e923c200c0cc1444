// Answers a SPARQL SELECT query from Triple Pattern Fragments, as Comunica does.
// Arguments: the URL of the fragments, the query. Standard output: a JSON array of rows, each {variable: term}.
import { QueryEngine } from '@comunica/query-sparql';
import { termToString } from 'rdf-string';

const [, , source, query] = process.argv;
const bindings = await new QueryEngine().queryBindings(query, { sources: [{ type: 'qpf', value: source }] });
const rows = (await bindings.toArray()).map((row) =>
  Object.fromEntries([...row].map(([variable, term]) => [variable.value, termToString(term)])),
);
process.stdout.write(JSON.stringify(rows));

// Reads RDF documents as N3.js and jsonld.js understand them.
// Standard input: a JSON array of {"format": "turtle" | "n-triples" | "trig" | "n-quads" | "json-ld", "text": …}.
// Standard output: a JSON array with the N-Quads of each, or {"error": …}.
import { readFileSync } from 'node:fs';
import jsonld from 'jsonld';
import { Parser, Writer } from 'n3';

const MEDIA_TYPES = {
  turtle: 'text/turtle',
  'n-triples': 'application/n-triples',
  trig: 'application/trig',
  'n-quads': 'application/n-quads',
};

async function read({ format, text }) {
  try {
    if (format === 'json-ld') {
      return await jsonld.toRDF(JSON.parse(text), { format: 'application/n-quads' });
    }
    const quads = new Parser({ format: MEDIA_TYPES[format] }).parse(text);
    return new Writer({ format: 'application/n-quads' }).quadsToString(quads);
  } catch (error) {
    return { error: String(error) };
  }
}

const documents = JSON.parse(readFileSync(0, 'utf8'));
process.stdout.write(JSON.stringify(await Promise.all(documents.map(read))));

"""Say in plain words what a folder of dumps holds and how anyone can verify it."""

from collections.abc import Mapping, Sequence

from axisld.release import WHOLE, Part

_NOTES = """\
{title}
{underline}

“{whole}” is everything; each other part is the named graph {base}graph/NAME.

{parts}

A triple that stands in several graphs counts once as a triple, and as a quad once for each graph.


Files
-----
Each part comes as Turtle (.ttl), N-Triples (.nt), RDF/XML (.rdf), N-Quads (.nq), TriG (.trig) and JSON-LD (.jsonld),
plain, compressed by gzip (.gz) and compressed by Zstandard (.zst).
.nq, .trig and .jsonld keep the names of the graphs; .ttl, .nt and .rdf leave out these names and nothing else.
{without}

How to verify
-------------
That the files are those that were published, every one or only those you downloaded:

  sha256sum -c SHA256SUMS
  sha256sum -c --ignore-missing SHA256SUMS

That every format says the same, that compressed files are what they should be, and the counts:

  axisld verify .
  axisld verify --ignore-missing .

digests.json states for each part the SHA-256 of its canonical form by RDFC-1.0 (https://www.w3.org/TR/rdf-canon/), with
the names of the graphs (“digest”) and without (“triples_digest”): any program for RDFC-1.0 can verify any format.
Language tags count in lower case, as in the value space of RDF 1.1 Concepts, 3.3. The digest of “{whole}” is also the
version of {base}dataset#release. {whole}.nq is in canonical form but for the case of language tags,
so that standard tools give its digest:

  sed -E 's/"@([A-Za-z0-9-]+)(( [^ "]+)? \\.)$/"@\\L\\1\\E\\2/' {whole}.nq | LC_ALL=C sort -u | sha256sum

which has to print

  {digest}
"""


def notes(parts: Sequence[Part], without: Mapping[str, str], base: str) -> str:
    """The text of README.txt beside the dumps. `parts` begin with the whole. The same dumps give the same notes."""
    title = f"Dumps of {base}"
    width = max(len(part.name) for part in parts)
    rows = [f"  {part.name:<{width}}  {part.quads:>13,} quads  {part.triples:>13,} triples" for part in parts]
    missing = "".join(f"  {file}: {reason}\n" for file, reason in sorted(without.items()))
    return _NOTES.format(
        title=title,
        underline="=" * len(title),
        whole=WHOLE,
        base=base,
        parts="\n".join(rows),
        without=f"\nNot there, because the format cannot hold what would have to be in it:\n{missing}"
        if missing
        else "",
        digest=parts[0].digest,
    )

"""What the authors of a publication wrote, and nothing that follows from it, open to queries."""

from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import pyoxigraph as ox

from axisld.errors import PublicationError
from axisld.iris import Names
from axisld.pipeline.parse import parse
from axisld.pipeline.sources import DATA, DATASET, LINKED, ONTOLOGY

Row = dict[str, str]  # by variable: an IRI or a lexical form; what is unbound is left out


@dataclass(frozen=True, slots=True)
class Asserted:
    """The graphs of a publication before rules and reasoner, under the names that they have when published."""

    root: Path
    names: Names  # on the canonical base
    dataset: str  # IRI of the dcat:Dataset
    store: ox.Store

    def ask_own(self, file: str, needed: frozenset[str]) -> list[Row]:
        """The answers of the query that the publication brings in `file`, with at least the variables `needed`.

        Raises PublicationError when there is no such file or it is no such query.
        """
        try:
            return self.ask((self.root / file).read_text("utf-8"), needed)
        except OSError as error:
            named = " ".join(f"?{name}" for name in sorted(needed))
            raise PublicationError(self.root, f"{file} is missing; write there a SELECT query of {named}") from error
        except ValueError as error:
            raise PublicationError(self.root, f"{file}: {error}") from error

    def ask(self, query: str, needed: frozenset[str] = frozenset()) -> list[Row]:
        """The answers to a SELECT query over all graphs together. Raises ValueError when it is none."""
        try:
            answers = self.store.query(query, use_default_graph_as_union=True)
        except SyntaxError as error:
            raise ValueError(f"not SPARQL: {error}") from error
        if not isinstance(answers, ox.QuerySolutions):
            raise ValueError("is not a SELECT query")
        names = [variable.value for variable in answers.variables]
        if missing := needed - set(names):
            raise ValueError("does not select " + " ".join(f"?{name}" for name in sorted(missing)))
        return [
            {name: term.value for name, term in zip(names, answer, strict=True) if hasattr(term, "value")}
            for answer in answers
        ]


def read(root: Path) -> Asserted:
    """The publication at `root`. Raises FindingsError for files that cannot be read, PublicationError."""
    with TemporaryDirectory(prefix="axisld-") as folder:
        sources = parse(root, Path(folder), lambda _done, _total: None)
        store = ox.Store()
        for graph in (DATA, DATASET, LINKED, ONTOLOGY):
            name = ox.NamedNode(sources.names.graph(graph))
            store.bulk_load(path=str(sources.graph(graph)), format=ox.RdfFormat.N_TRIPLES, to_graph=name)
        store.bulk_load(path=str(sources.quads), format=ox.RdfFormat.N_QUADS)
        return Asserted(root, sources.names, sources.dataset, store)

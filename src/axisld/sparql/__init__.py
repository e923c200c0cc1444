"""SPARQL without HTTP and without an engine: requests, the shape of a query's text, formats of answers, description."""

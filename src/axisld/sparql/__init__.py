"""SPARQL without HTTP and without an engine: requests, the shape of a query, its plan, formats of answers, description.

lexer reads the tokens of a text, basic the patterns in them; plan puts these in order, light says whether they look at
little; preparing does all that once for queries that differ in constants only. protocol has the requests, results the
formats, description what the endpoint says of itself, lines and snippets what its page needs.
"""

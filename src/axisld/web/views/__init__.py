"""Pages that show many things at once. Each works as a table, is JSON for programs, and names the query that yields it.

timeline network conflicts sources coverage report    the pages
asked        what a URL asks for, and the answer as page or JSON
telling      statements and things as a reader sees them, and as programs do
scale        where times stand on a line
circle       where things stand in a drawing without script
questions    the same as SPARQL
"""

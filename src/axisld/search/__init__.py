"""Full-text search over the things of a release, for people who type and for programs that reconcile. No HTTP.

    spelling sounds typos   what counts as the same word: pure
    facets                  what a search can be narrowed by
    building                writes the index into a release
    asking                  searches, suggests, lists
    matching                scores candidates for the reconciliation of names

The engine is FTS5 of SQLite, of Python's standard library. Measured against Tantivy 0.27 on a million triples (50,000
things, 350,000 texts; 2 cores): Tantivy answers a query for a very common word in 0.3 ms instead of 25, with an index
of 3 MB instead of 18, but needs a second dependency in Rust (5 MB, MIT), a folder of ten files, and has no order of our
own in its index: suggestions for a letter or two, the most frequent question, took it 1.5 to 90 ms, FTS5 0.01 to 1.
SQLite's index is one file that any thread reads, a question to it can be ended at any moment, facets are counted by the
same engine, and every sqlite3 shell opens it. SQLite is in the public domain and kept compatible until 2050.
"""

"""Publishing a release over HTTP: routes, headers, statuses, pages. The only user of Flask.

What is asked for
    application    the Flask app: which URL goes to which view, and what every answer gets
    gateway        from a WSGI server into the app: the path as it was sent, the client
    documents      /id/… /doc/… /doc?iri=… /linkset, ontologies and other documents of names with a "#"
    home           the home page
    dataset        /dataset, /.well-known/void
    about          /about, and how the publication is cited: citation
    graphs dumps   /graph/… and /dumps/…
    endpoint       /sparql, with its page: query_pages, examples
    fragments      /fragments, with its part patterns
    search browse  /search /suggest /opensearch.xml /browse
    reconciliation /reconcile…, with its parts batches, kinds, extension
    machines       /robots.txt /sitemap.xml /healthz /metrics /context.jsonld /assets/…
    views          /timeline /network /conflicts /sources /coverage /report, with their parts
How it is answered
    site           the opened release, and what is worked out of it once
    addresses      which thing a path means, and where the document about a thing is
    negotiated     a resource in the format that the client prefers
    colophon       what a document says about itself
    signposting    Link headers and link sets
    problems       errors
    headers conditions encoding bodies languages clients    each one part of HTTP, without Flask
How a page looks
    nodes          terms as a reader sees them
    pages          the page about a thing
    claims         statements that are things: who says so, since when, on which source
    reasons        why a statement was worked out
    sources        where in a source something stands
    pointing       the page of what points to a thing by one property
    permalinks     links that say which release was read
    layout         order, headings and names, as the shapes say
    edtf well_known    times, and terms of well-known vocabularies, in words
    term_pages     the index of an ontology and the page of each term, with hierarchies, diagrams
    results        things that were found
    short_names    terms in URLs
    surroundings   what the frame of every page needs; templates/ and assets/ hold the looks
How it reaches the client
    serving        starts, reloads and stops the processes
    shortcut       past the event loop, for answers in memory and for queries
    queried        the answer to a query without the app; disconnections: who went away meanwhile
    asgi           the front that granian calls: bodies, files, threads, finished answers
    calling cache access_log statistics handover    its parts
"""

"""Publishing a release over HTTP: routes, headers, statuses, pages. The only user of Flask.

What is asked for
    application   the Flask app: which URL goes to which view, what every answer gets
    targets       which IRI a request's path means
    documents     /id /doc, ontologies and other documents of names with a "#"
    dataset       the home page, /dataset, /.well-known/void, /linkset
    graphs dumps  /graph/… and /dumps/…
    endpoint      /sparql
    machines      /robots.txt /sitemap.xml /healthz /metrics /context.jsonld /assets/…
How it is answered
    site          the opened release, and what is worked out of it once
    negotiated    a resource in the format that the client prefers
    colophon      what a document says about itself
    signposting   Link headers and link sets
    problems      errors
    headers conditions encoding ranges languages    each one part of HTTP, without Flask
    nodes pages term_pages     what the templates show; templates/ and assets/ hold the looks
How it reaches the client
    serving       starts, reloads and stops the processes
    asgi          the front that granian calls: bodies, cache, threads, files
    cache access_log statistics   its parts
"""

"""axisld publishes a folder of Turtle as linked data: look-ups, pages, SPARQL, dumps."""

__version__ = "0.1.0"

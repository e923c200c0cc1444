"""The few terms that Python names. Everything a publication says in its own words stays out of here."""

from axisld.terms import RDF, XSD

RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
DCAT = "http://www.w3.org/ns/dcat#"
VOID = "http://rdfs.org/ns/void#"
FOAF = "http://xmlns.com/foaf/0.1/"
SCHEMA = "https://schema.org/"
SH = "http://www.w3.org/ns/shacl#"
DASH = "http://datashapes.org/dash#"
PROV = "http://www.w3.org/ns/prov#"
SPDX = "http://spdx.org/rdf/terms#"
SD = "http://www.w3.org/ns/sparql-service-description#"
FORMATS = "http://www.w3.org/ns/formats/"
HYDRA = "http://www.w3.org/ns/hydra/core#"
VANN = "http://purl.org/vocab/vann/"

# The properties whose values name a thing to a reader, best first.
LABEL_PROPERTIES = (
    f"<{SKOS}prefLabel>",
    f"<{RDFS}label>",
    f"<{SCHEMA}name>",
    "<http://schema.org/name>",
    f"<{DCTERMS}title>",
    f"<{FOAF}name>",
    f"<{SH}name>",
    "<http://purl.org/dc/elements/1.1/title>",
)
# What else things are called, by what they are entitled, and what introduces them; the best first.
OTHER_NAME_PROPERTIES = (
    f"<{SKOS}altLabel>",
    f"<{SKOS}hiddenLabel>",
    f"<{SCHEMA}alternateName>",
    *LABEL_PROPERTIES[:4],
    f"<{FOAF}name>",
    f"<{SH}name>",
)
TITLE_PROPERTIES = (f"<{DCTERMS}title>", "<http://purl.org/dc/elements/1.1/title>")
DESCRIPTION_PROPERTIES = (
    f"<{SKOS}definition>",
    f"<{DCTERMS}description>",
    f"<{RDFS}comment>",
    f"<{SCHEMA}description>",
)
RDF_TYPE = f"<{RDF}type>"

# Prefixes for what a publication's own table (ontology/prefixes.ttl) leaves out.
COMMON_PREFIXES = {
    "dash": DASH,
    "dcat": DCAT,
    "dcterms": DCTERMS,
    "foaf": FOAF,
    "hydra": HYDRA,
    "owl": OWL,
    "prov": PROV,
    "rdf": RDF,
    "rdfs": RDFS,
    "schema": SCHEMA,
    "sd": SD,
    "sh": SH,
    "skos": SKOS,
    "spdx": SPDX,
    "vann": VANN,
    "void": VOID,
    "xsd": XSD,
}

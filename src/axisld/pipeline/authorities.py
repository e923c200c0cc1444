"""How the registers that DCAT-AP asks for name languages, formats and media types."""

import re
from dataclasses import dataclass

from axisld.vocabulary import FORMATS

_EUROPE = "http://publications.europa.eu/resource/authority"
_MEDIA_TYPES = "https://www.iana.org/assignments/media-types"

# ISO 639-1 to ISO 639-3, as in the authority table of languages of the Publications Office of the European Union.
_LANGUAGES = dict(
    re.findall(
        "(..):(...)",
        """
    aa:aar ab:abk ae:ave af:afr ak:aka am:amh an:arg ar:ara as:asm av:ava ay:aym az:aze ba:bak be:bel bg:bul bi:bis
    bm:bam bn:ben bo:bod br:bre bs:bos ca:cat ce:che ch:cha co:cos cr:cre cs:ces cu:chu cv:chv cy:cym da:dan de:deu
    dv:div dz:dzo ee:ewe el:ell en:eng eo:epo es:spa et:est eu:eus fa:fas ff:ful fi:fin fj:fij fo:fao fr:fra fy:fry
    ga:gle gd:gla gl:glg gn:grn gu:guj gv:glv ha:hau he:heb hi:hin ho:hmo hr:hrv ht:hat hu:hun hy:hye hz:her ia:ina
    id:ind ie:ile ig:ibo ii:iii ik:ipk io:ido is:isl it:ita iu:iku ja:jpn jv:jav ka:kat kg:kon ki:kik kj:kua kk:kaz
    kl:kal km:khm kn:kan ko:kor kr:kau ks:kas ku:kur kv:kom kw:cor ky:kir la:lat lb:ltz lg:lug li:lim ln:lin lo:lao
    lt:lit lu:lub lv:lav mg:mlg mh:mah mi:mri mk:mkd ml:mal mn:mon mr:mar ms:msa mt:mlt my:mya na:nau nb:nob nd:nde
    ne:nep ng:ndo nl:nld nn:nno no:nor nr:nbl nv:nav ny:nya oc:oci oj:oji om:orm or:ori os:oss pa:pan pi:pli pl:pol
    ps:pus pt:por qu:que rm:roh rn:run ro:ron ru:rus rw:kin sa:san sc:srd sd:snd se:sme sg:sag sh:hbs si:sin sk:slk
    sl:slv sm:smo sn:sna so:som sq:sqi sr:srp ss:ssw st:sot su:sun sv:swe sw:swa ta:tam te:tel tg:tgk th:tha ti:tir
    tk:tuk tl:tgl tn:tsn to:ton tr:tur ts:tso tt:tat tw:twi ty:tah ug:uig uk:ukr ur:urd uz:uzb ve:ven vi:vie vo:vol
    wa:wln wo:wol xh:xho yi:yid yo:yor za:zha zh:zho zu:zul
    """,
    )
)


@dataclass(frozen=True, slots=True)
class DumpFormat:
    """What the registers call a format of the dumps."""

    name: str  # "Turtle"
    formats: str  # IRI in the W3C's list of formats, for void:feature
    file_type: str  # IRI in the European authority table of file types, for dcterms:format
    specification: str  # IRI, for dcterms:conformsTo


def _format(name: str, formats: str, file_type: str, specification: str) -> DumpFormat:
    return DumpFormat(
        name, f"{FORMATS}{formats}", f"{_EUROPE}/file-type/{file_type}", f"https://www.w3.org/TR/{specification}/"
    )


DUMP_FORMATS = {
    "ttl": _format("Turtle", "Turtle", "RDF_TURTLE", "turtle"),
    "nt": _format("N-Triples", "N-Triples", "RDF_N_TRIPLES", "n-triples"),
    "rdf": _format("RDF/XML", "RDF_XML", "RDF_XML", "rdf-syntax-grammar"),
    "nq": _format("N-Quads", "N-Quads", "RDF_N_QUADS", "n-quads"),
    "trig": _format("TriG", "TriG", "RDF_TRIG", "trig"),
    "jsonld": _format("JSON-LD", "JSON-LD", "JSON_LD", "json-ld11"),
}
COMPRESSIONS = {"gz": ("gzip", "application/gzip"), "zst": ("Zstandard", "application/zstd")}


def media_type(name: str) -> str:
    """The IRI of a media type such as "text/turtle"."""
    return f"{_MEDIA_TYPES}/{name}"


def language(tag: str) -> str:
    """The IRI of the language of a tag such as "en-GB"; "" for what the table does not know."""
    primary = tag.lower().partition("-")[0]
    code = primary if len(primary) == 3 else _LANGUAGES.get(primary, "")
    return f"{_EUROPE}/language/{code.upper()}" if code else ""

"""The language of the interface: the pages' own words, numbers and dates. That of labels is another matter.

`?ui=fa` names it, else Accept-Language does; links and forms of a page keep what was named, so that a reader needs
neither cookie nor script. The words are English here and in the templates, and translated in the catalogues of locale/
(GNU gettext). What a catalogue lacks stays English and says so to browsers and screen readers.
"""

import gettext as gnu
import html
import io
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date as calendar_date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import parse_qsl, urlencode

from babel import Locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from flask import Flask, Response, g, has_request_context, request
from jinja2 import pass_context, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from markupsafe import Markup

from axisld.representations.negotiation import choose_language
from axisld.web.languages import FALLBACK

LANGUAGES = (FALLBACK, "ar", "fa")
PARAMETER = "ui"
_FORMS = ("gettext", "ngettext", "pgettext", "npgettext")
_OF_FILES = ("assets", "dumps")  # folders of addresses that hold no pages but perhaps one of themselves
_DOMAIN = "axisld"
_CATALOGUES = files("axisld.web") / "locale"
_ZEROS = {"arab": "٠", "arabext": "۰", "latn": "0"}  # by numbering system (CLDR): Babel knows the names only
# Around words that stay English: no text holds these noncharacters (Unicode, 23.7), and they are gone from any answer.
_BEGIN, _END = "\ufdd0", "\ufdd1"
_MARKS = str.maketrans("", "", _BEGIN + _END)
_NOT_MARKED = re.compile(r"<(title|option|script|textarea)\b.*?</\1>|<[^>]*>", re.DOTALL)  # no room for an element
_MARKED = re.compile(f"{_BEGIN}([^{_BEGIN}{_END}]*){_END}")
_LINK = re.compile(r'<a\s(?:[^>]*?\s)?href="([^"]*)"[^>]*>')
_FORM = re.compile(r'<form\s(?:[^>]*?\s)?action="([^"]*)"[^>]*>')
_DATE = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[TZ+-].*)?)?)?")


@dataclass(frozen=True, slots=True)
class Choice:
    """A language that the interface can be read in."""

    tag: str
    name: str  # in its own words: "العربية"
    href: str  # this page in it
    is_current: bool


class Message(str):
    """An English text that can also be said in the reader's language; values as for gettext."""

    __slots__ = ("_message", "_values")
    _message: str
    _values: Mapping[str, Any]

    def __new__(cls, message: str, /, **values: Any) -> "Message":
        text = super().__new__(cls, message % values)
        text._message, text._values = message, values
        return text

    def translated(self) -> str:
        return gettext(
            self._message,
            **{
                name: translated(value) if isinstance(value, Message) else value for name, value in self._values.items()
            },
        )


def N_(message: str) -> str:  # noqa: N802 - as gettext's own programs call it
    """The message as it is, which somebody else will translate: makes it known to the catalogues."""
    return message


def translated(text: str) -> str:
    """A Message in the reader's language; other English as it is, and said to be so."""
    if isinstance(text, Message):
        return text.translated()
    return text if language() == FALLBACK else f"{_BEGIN}{text}{_END}"


def register(app: Flask) -> None:
    """Make words, numbers and dates known to all templates."""
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.newstyle_gettext = True  # type: ignore[attr-defined]
    app.jinja_env.policies["ext.i18n.trimmed"] = True
    app.jinja_env.globals.update({form: _in_template(form) for form in _FORMS})
    app.jinja_env.globals.update(
        comma=comma,
        interface_choices=choices,
        interface_direction=direction,
        interface_language=language,
        translated=translated,
    )
    app.jinja_env.filters.update(date=_as_filter(date), digits=_as_filter(digits), number=_as_filter(number))


def language() -> str:
    """The language of the interface, one of LANGUAGES; English where nobody asked for anything."""
    if not has_request_context():
        return FALLBACK
    if "interface_language" not in g:
        accepted = request.headers.get("Accept-Language")
        g.interface_language = named() or choose_language(accepted, LANGUAGES, FALLBACK)
    return str(g.interface_language)


def named() -> str:
    """The language that the URL names; "" where it names none that there is."""
    asked_for = request.args.get(PARAMETER, "")
    return asked_for if asked_for in LANGUAGES else ""


def direction() -> str:
    """ "ltr" or "rtl": where the interface's lines begin."""
    return _locale(language()).text_direction


def choices() -> list[Choice]:
    """This page in every language."""
    others = [(name, value) for name, value in request.args.items(multi=True) if name != PARAMETER]
    return [
        Choice(tag, _locale(tag).get_display_name() or tag, f"?{urlencode([*others, (PARAMETER, tag)])}", tag == chosen)
        for chosen in (language(),)
        for tag in LANGUAGES
    ]


def gettext(message: str, /, **values: Any) -> str:
    """The message in the reader's language, with values for its %(name)s; numbers as they are written there.

    Pass what is no amount, such as a year, as text.
    """
    return _said(str, "gettext", (message,), values)


def ngettext(singular: str, plural: str, count: int, /, **values: Any) -> str:
    """Likewise of the forms that fit `count`, which is %(num)s in them."""
    return _said(str, "ngettext", (singular, plural, count), {"num": count, **values})


def pgettext(context: str, message: str, /, **values: Any) -> str:
    """Likewise where one English word has several translations; `context` tells translators which is meant."""
    return _said(str, "pgettext", (context, message), values)


def comma() -> str:
    """What stands between two members of a list: ", ", "، "."""
    return pgettext("between two of a list", ", ")


def number(value: float | Decimal) -> str:
    """An amount with the reader's digits and separators (CLDR): "1,234", "۱٬۲۳۴"."""
    return digits(format_decimal(value, locale=_locale(language()), numbering_system="default"))


def digits(text: str) -> str:
    """The text with the reader's digits: for years, and codes that are read aloud."""
    return str(text).translate(_digits(language()))


def date(value: str | calendar_date) -> str:
    """A date of the Gregorian calendar in words: "3 October 2024"; as precise as an XSD date, year and month or year.

    Other text comes back with the reader's digits.
    """
    if isinstance(value, calendar_date):
        value = value.isoformat()
    parts = _DATE.fullmatch(value)
    try:
        year, month, day = (int(part) if part else 0 for part in parts.groups()) if parts else (0, 0, 0)
        first = calendar_date(year, month or 1, day or 1)
    except ValueError:
        return digits(value)
    locale = _locale(language())
    if day:
        return digits(format_date(first, "long", locale=locale))
    return digits(format_skeleton("yMMMM" if month else "y", first, locale=locale))


def finish(response: Response, path: str) -> None:
    """Say what was negotiated, keep a language that was named on the links below `path`, and resolve marks."""
    if 300 <= response.status_code < 400 and named():
        response.headers["Location"] = _kept(response.headers["Location"], named())
    if "interface_language" not in g:
        return
    if not named():
        response.vary.add("Accept-Language")
    if response.mimetype != "text/html" or response.is_streamed:
        return
    if language() not in response.content_language:
        response.content_language.add(language())
    if language() == FALLBACK and not named():
        return
    page = response.get_data(as_text=True)
    response.set_data(_with_choice_kept(_with_marks_resolved(page), path, named()))


def _said(kind: type[str], form: str, words: tuple[Any, ...], values: Mapping[str, Any]) -> str:
    """What the catalogue has for the words; values of markup are escaped where they are none."""
    found = kind(getattr(_catalogue(language()), form)(*words))
    return found % {name: number(value) if _is_amount(value) else value for name, value in values.items()}


def _is_amount(value: Any) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _in_template(form: str) -> Callable[..., str]:
    """gettext and its like for templates, whose messages are markup."""

    @pass_eval_context
    def said(context: EvalContext, *words: Any, **values: Any) -> str:
        amount = {"num": words[-1]} if form in ("ngettext", "npgettext") else {}
        return _said(Markup if context.autoescape else str, form, words, amount | values)

    return said


def _as_filter(write: Callable[[Any], str]) -> Callable[..., str]:
    """A filter that is not worked out when the template is compiled: no reader is there then."""

    @pass_context
    def written(_: Context, value: Any) -> str:
        return write(value)

    return written


class _Untranslated(gnu.NullTranslations):
    """The English words between marks, for what a catalogue lacks."""

    def gettext(self, message: str) -> str:
        return f"{_BEGIN}{message}{_END}"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return self.gettext(super().ngettext(msgid1, msgid2, n))

    def pgettext(self, context: str, message: str) -> str:  # noqa: ARG002 - as gettext has it
        return self.gettext(message)

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:  # noqa: ARG002 - likewise
        return self.ngettext(msgid1, msgid2, n)


@cache
def _catalogue(tag: str) -> gnu.NullTranslations:
    """The catalogue of a language, as its translators wrote it: nothing compiled lies about to be out of date."""
    if tag == FALLBACK:
        return gnu.NullTranslations()
    compiled = io.BytesIO()
    with (_CATALOGUES / tag / "LC_MESSAGES" / f"{_DOMAIN}.po").open("rb") as written:
        write_mo(compiled, read_po(written, tag, _DOMAIN))
    compiled.seek(0)
    catalogue = gnu.GNUTranslations(compiled)
    catalogue.add_fallback(_Untranslated())
    return catalogue


@cache
def _locale(tag: str) -> Locale:
    return Locale.parse(tag)


@cache
def _digits(tag: str) -> dict[int, str]:
    zero = ord(_ZEROS[_locale(tag).default_numbering_system])
    return {ord(str(digit)): chr(zero + digit) for digit in range(10)}


def _with_marks_resolved(page: str) -> str:
    """The page with elements that say what is English; where no element may stand, with nothing."""
    if _BEGIN not in page and _END not in page:
        return page
    page = _NOT_MARKED.sub(lambda found: found[0].translate(_MARKS), page)
    while page != (resolved := _MARKED.sub(r'<span lang="en" dir="ltr">\1</span>', page)):  # the inner ones first
        page = resolved
    return page.translate(_MARKS)


def _with_choice_kept(page: str, path: str, tag: str) -> str:
    """The page with the language on its links to other pages below `path`, and in its forms."""
    if not tag:
        return page

    def link(found: re.Match[str]) -> str:
        href = html.unescape(found[1])
        if not _leads_to_page(href, path) or ' type="' in found[0]:
            return found[0]
        return found[0].replace(f'href="{found[1]}"', f'href="{html.escape(_kept(href, tag))}"')

    def form(found: re.Match[str]) -> str:
        hidden = f'<input type="hidden" name="{PARAMETER}" value="{tag}">'
        return found[0] + hidden if _leads_to_page(html.unescape(found[1]), path) else found[0]

    return _FORM.sub(form, _LINK.sub(link, page))


def _leads_to_page(href: str, path: str) -> bool:
    """Whether it is another page of this site: no place on the same page, no file, no other site."""
    if href.startswith("?"):
        return True
    is_file = any(href.startswith(f"{path}{folder}/") for folder in _OF_FILES) and not href.endswith("/")
    return href.startswith(path) and not href.startswith("//") and not is_file


def _kept(url: str, tag: str) -> str:
    """The URL with the language, unless it names one."""
    address, hash_sign, fragment = url.partition("#")
    _, _, query = address.partition("?")
    if any(name == PARAMETER for name, _ in parse_qsl(query)):
        return url
    joined = f"{address}&" if query else f"{address.removesuffix('?')}?"
    return f"{joined}{PARAMETER}={tag}{hash_sign}{fragment}"

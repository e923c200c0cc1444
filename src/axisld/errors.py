"""What can go wrong: one family of errors. Each says where it happened and what to do; only `web` knows statuses."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


class AxisError(Exception):
    """Anything that axisld itself reports."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong, or worth a look, in the sources."""

    severity: str  # "Violation", "Warning" or "Info", as in SHACL
    message: str  # what is wrong and what to do
    path: str = ""  # of the file, relative to the publication's root: "data/places.ttl"
    line: int = 0  # 1 is the first; 0 where it is not known
    column: int = 0  # likewise
    focus: str = ""  # the IRI of the thing
    shape: str = ""  # the IRI of the shape that fired
    property: str = ""  # the path that the shape looked at, as Turtle
    value: str = ""  # the value that offends, as Turtle
    step: str = "parse"  # the build step that found it

    def __str__(self) -> str:
        place = ":".join(str(part) for part in (self.path, self.line, self.column) if part)
        about = f" {self.focus}" if self.focus else ""
        shape = f" [{self.shape}]" if self.shape else ""
        return f"{place or self.step}: {self.severity}:{about} {self.message}{shape}"


class FindingsError(AxisError):
    """The sources cannot be published; `findings` holds everything that was found, not the first only."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        self.findings = tuple(findings)
        stopping = [finding for finding in findings if finding.severity == "Violation"]
        super().__init__("\n".join(str(finding) for finding in stopping or findings))


class PublicationError(AxisError):
    """The folder, or the SPARQL server, is not a publication: something that the whole needs is missing."""

    def __init__(self, root: Path | str, reason: str) -> None:
        super().__init__(f"{root}: {reason}")


class BuildError(AxisError):
    """A release could not be built for a reason outside the sources, such as a full disk."""


class AddressError(AxisError):
    """The server cannot listen where it is told to."""

    def __init__(self, host: str, port: int, reason: object) -> None:
        super().__init__(f"cannot listen on {host} port {port}: {reason}; choose others with --host and --port")


class ReleaseError(AxisError):
    """A folder that should hold a release does not, or its files are not what its checksums say."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")


class UnrepresentableError(AxisError):
    """A format cannot hold what is to be written in it; other formats can."""

    def __init__(self, format_name: str, reason: str) -> None:
        self.format_name = format_name
        self.reason = reason
        super().__init__(f"{format_name} cannot hold this description: {reason}. Ask for another format.")


class StoreError(AxisError):
    """The store cannot be read or does not answer. Never means that something does not exist."""


class StoreAnswerError(StoreError):
    """A store elsewhere cannot be reached, refuses, or answers what no SPARQL server should."""


class StoreBusyError(StoreError):
    """A store elsewhere asks to be left alone for a while; `retry_seconds` says how long."""

    def __init__(self, endpoint: str, retry_seconds: float) -> None:
        self.retry_seconds = retry_seconds
        super().__init__(f"The SPARQL server {endpoint} is busy. Try again in {retry_seconds:.0f} s.")


class StoreTimeoutError(StoreError):
    """A store elsewhere did not answer in time."""

    def __init__(self, endpoint: str, seconds: float) -> None:
        super().__init__(f"The SPARQL server {endpoint} did not answer within {seconds:g} s. Try again later.")


class QueryError(AxisError):
    """A SPARQL query that cannot be run as it stands."""

    def __init__(self, message: str, line: int = 0, column: int = 0) -> None:
        self.line = line
        self.column = column
        super().__init__(message)


class QueryLimitError(AxisError):
    """A query met a limit of the server; `limit` names it."""

    def __init__(self, limit: str, message: str) -> None:
        self.limit = limit  # "seconds", "memory", "result", "text", "nesting", "queue"
        super().__init__(message)

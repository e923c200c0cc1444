"""What can be wrong with a SPARQL request before it is run. Each says what to do; only `web` knows statuses."""

from collections.abc import Sequence

from axisld.errors import AxisError
from axisld.representations.formats import Format


class RequestError(AxisError):
    """A request that the SPARQL 1.1 Protocol does not allow, for a reason that its subclasses do not name (400)."""


class MissingQueryError(RequestError):
    """There is no query: show the editor or the service description where one may look at the endpoint itself."""

    def __init__(self) -> None:
        super().__init__("There is no query. Send it in the parameter query, or as application/sparql-query by POST.")


class UpdateRefusedError(RequestError):
    """A request to change data (403)."""

    def __init__(self, operation: str = "") -> None:
        what = f"{operation} is SPARQL Update" if operation else "This is a SPARQL Update"
        super().__init__(f"{what}; this endpoint is read-only. It answers SELECT, ASK, CONSTRUCT and DESCRIBE.")


class UnsupportedMediaTypeError(RequestError):
    """A body that is neither a form nor a query (415)."""

    def __init__(self, media_type: str, accepted: Sequence[str]) -> None:
        self.accepted = tuple(accepted)
        sent = f"in {media_type}" if media_type else "without a Content-Type"
        super().__init__(f"A query cannot be sent {sent}. Send {' or '.join(accepted)}.")


class MethodError(RequestError):
    """A method that the endpoint does not know (405)."""

    def __init__(self, method: str, allowed: Sequence[str]) -> None:
        self.allowed = tuple(allowed)
        super().__init__(f"{method} is not allowed here. Use {', '.join(allowed)}.")


class NotAcceptableError(RequestError):
    """No format for this form of query that the client accepts (406)."""

    def __init__(self, form: str, offered: Sequence[Format]) -> None:
        self.offered = tuple(offered)
        names = ", ".join(dict.fromkeys(format_.media_type for format_ in offered))
        super().__init__(f"The answer to {form} is written as {names}; the client accepts none of these.")

"""Style sheets, pictures and scripts of the pages: the program's own, and those that a publication brings."""

import hashlib
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

_OWN = (files("axisld.web") / "assets", files("axisld.web") / "built")  # by frontend/, where Node was there
_TEMPLATES = (".html",)  # no assets, though they stand beside those of a publication
_KEPT = 256


class Assets:
    """Assets by name."""

    def __init__(self, brought: Path | None = None) -> None:
        """`brought` is the folder of a publication's own: they come first."""
        self._folders: Sequence[Traversable] = ((brought,) if brought else ()) + _OWN
        self.digest = lru_cache(_KEPT)(self._digest)

    @cached_property
    def _found(self) -> dict[str, Traversable]:
        """The files by name, the first of a name."""
        found: dict[str, Traversable] = {}
        for folder in filter(lambda folder: folder.is_dir(), self._folders):
            for file in folder.iterdir():
                if file.is_file() and not file.name.endswith(_TEMPLATES):
                    found.setdefault(file.name, file)
        return found

    def __contains__(self, name: str) -> bool:
        return name in self._found

    def __iter__(self) -> Iterator[str]:
        return iter(sorted(self._found))

    def body(self, name: str) -> bytes:
        """What the file holds. Raises KeyError for what is no asset."""
        return self._found[name].read_bytes()

    def _digest(self, name: str) -> str:
        """It stands in the URL, so that a cache may keep the asset for ever. Raises KeyError for what is no asset."""
        return hashlib.sha256(self.body(name)).hexdigest()[:16]

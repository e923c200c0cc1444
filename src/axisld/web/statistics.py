"""What has been counted since the server started, as Prometheus reads it (text format 0.0.4)."""

import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field


@dataclass
class Statistics:
    """Counters of one process, whose threads all count."""

    requests: Counter[tuple[str, int]] = field(default_factory=Counter)  # by (kind of resource, status)
    cache_hits: int = 0
    cache_misses: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False, compare=False)

    def count(self, endpoint: str, status: int, *, was_kept: bool) -> None:
        """Count an answer; `was_kept`: it was in memory."""
        with self._lock:
            self.requests[endpoint, status] += 1
            self.cache_hits += was_kept
            self.cache_misses += not was_kept


def exposition(name: str, kind: str, help: str, samples: Iterable[tuple[dict[str, str], float]]) -> str:
    """One metric: its help, its type ("counter", "gauge") and a line for each sample."""
    lines = [f"# HELP {name} {help}", f"# TYPE {name} {kind}"]
    for labels, number in samples:
        pairs = ",".join(f'{label}="{_escaped(text)}"' for label, text in labels.items())
        lines.append(f"{name}{{{pairs}}} {number}" if pairs else f"{name} {number}")
    return "\n".join(lines) + "\n"


def histogram(name: str, help: str, buckets: Sequence[tuple[float, int]], total: float, count: int) -> str:
    """A histogram: how many took no longer than each bound; the sum of all, and how many they were."""
    lines = [f"# HELP {name} {help}", f"# TYPE {name} histogram"]
    lines += [f'{name}_bucket{{le="{bound:g}"}} {number}' for bound, number in buckets]
    lines += [f'{name}_bucket{{le="+Inf"}} {count}', f"{name}_sum {total}", f"{name}_count {count}"]
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")

"""Fair timings: commands in turn with their reference, medians, ratios of neighbouring runs."""

from __future__ import annotations

import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from crm_tui.store.migrations import LATEST

PYTHON = sys.executable
CRM = str(Path(PYTHON).with_name("crm"))


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table: a figure, what it is measured against, and what it is to be."""

    name: str
    value: float
    unit: str
    goal: float
    note: str = ""

    @property
    def met(self) -> bool:
        """Whether the goal is met."""
        return self.value <= self.goal


def wall(command: Sequence[str], env: Mapping[str, str] | None = None) -> float:
    """Seconds from start to end of a command; it must succeed."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, env=env)
    return time.perf_counter() - start


def peak_megabytes(command: Sequence[str], env: Mapping[str, str] | None = None) -> tuple[float, float]:
    """Seconds and the peak memory in megabytes (10^6 bytes) of a command, as the operating system counted it."""
    start = time.perf_counter()
    quiet = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, env=env)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - start, _megabytes(usage.ru_maxrss)


def ratio(
    command: Sequence[str], reference: Sequence[str], rounds: int, env: Mapping[str, str] | None = None
) -> tuple[float, float]:
    """The median ratio of a command to its reference, run in turn after a warm-up, and the reference's median."""
    for each in (reference, command):
        wall(each, env)
    pairs = [(wall(reference, env), wall(command, env)) for _ in range(rounds)]
    return statistics.median(b / a for a, b in pairs), statistics.median(a for a, _ in pairs)


def latencies(action: Callable[[str], object], inputs: Sequence[str]) -> list[float]:
    """Milliseconds of an action for each input, sorted, after one unmeasured round over a tenth of them."""
    for each in inputs[:: max(1, len(inputs) // 10)]:
        action(each)
    found: list[float] = []
    for each in inputs:
        start = time.perf_counter()
        action(each)
        found.append((time.perf_counter() - start) * 1000)
    return sorted(found)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that so large a share of the sorted values does not exceed."""
    return values[min(len(values) - 1, int(len(values) * share))]


def own_megabytes() -> float:
    """The peak memory of this process in megabytes."""
    return _megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def _megabytes(most: int) -> float:
    """What the operating system counted: bytes on macOS, else kibibytes."""
    return most / 1e6 if sys.platform == "darwin" else most * 1024 / 1e6


def is_current(base: Path) -> bool:
    """Whether there is such a base, made by the program as it is now: upgrading a big one is no part of a figure."""
    if not base.exists():
        return False
    with base.open("rb") as file:
        # the user version in the header of an SQLite file (sqlite.org/fileformat2.html)
        file.seek(60)
        return int.from_bytes(file.read(4), "big") == LATEST


def remove(base: Path) -> None:
    """Remove a base with its log, which would be read into the next one of that name."""
    for end in ("", "-wal", "-shm", "-journal"):
        base.with_name(base.name + end).unlink(missing_ok=True)


def private_environment(home: Path) -> dict[str, str]:
    """An environment in which nothing of the user's is read or written."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "SYSTEMROOT", "TERM") if name in os.environ}
    return {**kept, "HOME": str(home), "XDG_CONFIG_HOME": str(home), "XDG_DATA_HOME": str(home), "TZ": "UTC"}

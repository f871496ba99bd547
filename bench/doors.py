"""The doors: mail, vCards and calendars in, built to break the reader as well, and the address book for mail programs.

Everything is invented, the same for the same seed, and made in a folder that goes when the figures are there.
"""

from __future__ import annotations

import random
import subprocess
import time
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.header import Header
from email.utils import format_datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from bench import hostile, people
from bench.measure import CRM, PYTHON, Figure, peak_megabytes, private_environment, ratio

SEED: Final = 20261122
MESSAGES: Final = 20_000
FEW: Final = 2_000
CARDS: Final = 10_000
ME: Final = "me@mine.example"
_NOW: Final = "2026-03-02 09:30"
_PATIENCE: Final = 120.0  # seconds; what takes longer hangs
_TAKEN: Final = (0, 2, 5)
"""Exit codes with which a hostile file may be answered: taken, refused, refused for what is in it."""
_TEXT: Final = 880  # characters of a message's text; with the head 1.2 KB each
_QUERIES: Final = ("memmedov", "Məmmədov", "Мария")


def run() -> Iterator[Figure]:
    """The figures of all doors."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        env = private_environment(folder) | {"CRM_NOW": _NOW}
        _crm(folder, env, "config", "set", "own_emails", ME)
        yield from _cards(folder, env)
        yield from _mail(folder, env)
        yield _hostile(folder, env)
        yield from _queries(folder, env)


def _crm(folder: Path, env: Mapping[str, str], *words: str) -> None:
    subprocess.run([CRM, "--db", str(folder / "crm.db"), *words], check=True, env=env, capture_output=True)


def _cards(folder: Path, env: Mapping[str, str]) -> Iterator[Figure]:
    """The people that the other figures need, too."""
    path = folder / "people.vcf"
    cards(path, CARDS)
    seconds, megabytes = peak_megabytes([CRM, "--db", str(folder / "crm.db"), "import", str(path)], env)
    note = f"{path.stat().st_size / 1e6:.1f} MB, {megabytes:.0f} MB at most"
    yield Figure(f"doors: {CARDS:,} vCards", seconds, "s", 10.0, note)
    again, _ = peak_megabytes([CRM, "--db", str(folder / "crm.db"), "import", str(path)], env)
    yield Figure("doors:   the same file again", again, "s", 10.0)


def _mail(folder: Path, env: Mapping[str, str]) -> Iterator[Figure]:
    peaks = []
    for count in (FEW, MESSAGES):
        path = folder / f"{count}.mbox"
        mailbox(path, count)
        seconds, megabytes = peak_megabytes([CRM, "--db", str(folder / "crm.db"), "import", str(path)], env)
        peaks.append(megabytes)
    note = f"{path.stat().st_size / 1e6:.0f} MB"
    yield Figure(f"doors: {MESSAGES:,} messages", seconds, "s", 15.0, note)
    few, many = peaks
    note = f"{few:.0f} MB for {FEW:,} messages, {many:.0f} MB for {MESSAGES:,}"
    yield Figure("doors:   their memory", many / few, f"x {FEW:,}", 1.3, note)


def _hostile(folder: Path, env: Mapping[str, str]) -> Figure:
    found: list[tuple[float, str]] = []
    for name, text in hostile.files():
        path = folder / name
        path.write_text(text, encoding="utf-8", newline="")
        start = time.perf_counter()
        command = [CRM, "--db", str(folder / "hostile.db"), "import", str(path)]
        done = subprocess.run(
            command, check=False, env=env, capture_output=True, text=True, timeout=_PATIENCE
        )
        taken = time.perf_counter() - start
        if done.returncode not in _TAKEN:
            raise RuntimeError(f"{name}: exit code {done.returncode}, {done.stderr[-400:]}")
        found.append((taken, name))
        path.unlink()
    worst, slowest = max(found)
    return Figure("doors: the worst hostile file", worst, "s", 5.0, f"{slowest}, of {len(found)}")


def _queries(folder: Path, env: Mapping[str, str]) -> Iterator[Figure]:
    for text in _QUERIES:
        command = [CRM, "--db", str(folder / "crm.db"), "contact", "query", text]
        found, reference = ratio(command, [PYTHON, "-c", "import sqlite3"], 21, env)
        note = f"python -c 'import sqlite3' {reference * 1000:.0f} ms"
        yield Figure(f"doors: contact query {text}", found, "x python", 2.0, note)


def person(number: int) -> tuple[str, str, str]:
    """Given name, family name and address of an invented person."""
    rng = random.Random(SEED + number)
    given, family = rng.choice(
        (("Elvin", "Məmmədov"), ("Мария", "Петрова"), ("Anna", "Kowalska"), ("Jörg", "Weiß"))
    )
    if number > 3:
        names, families, _, _ = rng.choice(people.PLACES)
        given, family = rng.choice(names.split()), rng.choice(families.split())
    return given, family, f"{people.plain(given)}.{people.plain(family)}.{number}@example.com"


def cards(path: Path, count: int) -> None:
    """A file of vCards: people with all that an address book on a phone has, one in ten of them a company."""
    rng = random.Random(SEED)
    with path.open("w", encoding="utf-8", newline="") as file:
        for number in range(count):
            given, family, mail = person(number)
            firm = f"{people.company(rng)} {number % 500}"
            lines = [
                "BEGIN:VCARD", "VERSION:3.0", f"UID:card-{number}", f"N:{family};{given};;;", f"FN:{given} {family}",
                f"EMAIL;TYPE=INTERNET;TYPE=WORK:{mail}", f"TEL;TYPE=CELL:+49 170 {number:07d}",
                f"ADR;TYPE=HOME:;;Street {number};Berlin;;10115;Germany", f"ORG:{firm}", "CATEGORIES:bench,made up",
                f"BDAY:19{rng.randrange(50, 99)}-0{rng.randrange(1, 10)}-1{rng.randrange(10)}", "X-APP-RANK:7",
                "NOTE:" + _words(rng, 120), "END:VCARD",
            ]  # fmt: skip
            if number % 10 == 9:
                lines[3:5] = ["X-ABShowAs:COMPANY", "N:;;;;", f"FN:{firm}"]
            file.write("\r\n".join([*lines, ""]))


def mailbox(path: Path, count: int) -> None:
    """An mbox of letters from and to the people of the cards, in threads."""
    rng = random.Random(SEED)
    moment = datetime(2024, 1, 1, 8, tzinfo=UTC)
    with path.open("w", encoding="utf-8", newline="") as file:
        for number in range(count):
            given, family, mail = person(rng.randrange(CARDS // 10 * 9))
            moment += timedelta(minutes=rng.randrange(60))
            theirs, mine = f"{Header(f'{given} {family}', 'utf-8').encode()} <{mail}>", f"Me <{ME}>"
            sender, to = (theirs, mine) if number % 3 else (mine, theirs)
            answer = f"In-Reply-To: <{count}.{number - 1}@bench.example>\n" if number % 4 else ""
            file.write(
                f"From - {moment:%a %b %d %H:%M:%S %Y}\nFrom: {sender}\nTo: {to}\nDate: {format_datetime(moment)}\n"
                f"Subject: {_words(rng, 30)}\nMessage-ID: <{count}.{number}@bench.example>\n{answer}\n"
                f"{_words(rng, _TEXT)}\n\n"
            )


def _words(rng: random.Random, length: int) -> str:
    text = " ".join(rng.choices(_VOCABULARY, k=length // 5))
    return text[:length]


_VOCABULARY: Final = tuple(
    "offer price order invoice delivery meeting Friday thanks regards contract sample colour please call tomorrow"  # noqa: SIM905
    " quality warranty the a of to and for with Müller привет цена".split()
)

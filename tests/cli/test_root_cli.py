"""The root command: what holds for every command alike."""

from __future__ import annotations

import os
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from crm_tui import __version__, errors
from crm_tui.cli import COMMANDS, GROUPS, ORDER, app
from crm_tui.domain import Crm

CRM = [sys.executable, "-m", "crm_tui"]


def crm(*words: str, code: int = 0, **options: Any) -> Result:
    result = CliRunner().invoke(app, list(words), **options)
    assert result.exit_code == code, (result.stdout, result.stderr)
    return result


def process(*words: str, environment: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*CRM, *words], capture_output=True, text=True, env=environment, check=False)


def commands() -> Iterator[tuple[str, ...]]:
    """The path of every command and group there is."""

    def below(command: Any, path: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        yield path
        for name in sorted(getattr(command, "commands", None) or ()):
            yield from below(command.commands[name], (*path, name))

    root = typer.main.get_command(app)
    context = typer.Context(root)
    for name in ORDER:
        yield from below(root.get_command(context, name), (name,))  # type: ignore[attr-defined]


def test_the_exit_codes_are_those_of_the_contract() -> None:
    kinds = [
        each
        for each in vars(errors).values()
        if isinstance(each, type) and issubclass(each, errors.CrmError) and each is not errors.CrmError
    ]
    assert {each.__name__: each.exit_code for each in kinds} == {
        "UsageError": 2,
        "NotFoundError": 3,
        "AmbiguousError": 4,
        "InvalidDataError": 5,
        "ConflictError": 6,
        "DatabaseError": 7,
        "DamagedError": 7,
        "DeliveryError": 8,
        "NothingToUndoError": 9,
    }
    assert errors.CrmError.exit_code == 1
    assert (errors.EXIT_DONE, errors.EXIT_SOMETHING_DUE, errors.EXIT_INTERRUPTED) == (0, 10, 130)


class TestHelp:
    """--help."""

    def test_lists_every_command_once(self) -> None:
        assert sorted(ORDER) == sorted({**GROUPS, **COMMANDS})
        printed = crm("--help").stdout
        assert all(re.search(rf"^  {name} ", printed, re.MULTILINE) for name in ORDER)

    def test_of_every_command_runs_and_shows_an_example(self) -> None:
        seen = 0
        for path in commands():
            printed = crm(*path, "--help").stdout
            assert printed.startswith(f"Usage: crm {' '.join(path)} "), path
            is_group = "COMMAND [ARGS]..." in printed
            assert is_group or re.search(rf"^ *crm .*{path[-1]}", printed, re.MULTILINE), (path, "no example")
            assert max(map(len, printed.splitlines())) <= 130, path
            seen += 1
        assert seen > len(ORDER)

    def test_fits_eighty_columns(self) -> None:
        assert max(map(len, crm("--help", env={"COLUMNS": "80"}).stdout.splitlines())) <= 80

    def test_short_form_and_no_arguments(self) -> None:
        assert crm("contact", "-h").stdout == crm("contact", "--help").stdout
        assert "See crm contact --help." in crm("contact", code=2).stderr


class TestMistakes:
    """What is typed wrongly is told in two sentences, the nearest right word among them."""

    @pytest.mark.parametrize(
        ("words", "hint"),
        [
            (["contcat"], "Did you mean crm contact?"),
            (["xyzzy"], "See crm --help."),
            (["contact", "lst"], "list"),
            (["contact", "list", "--fromat", "json"], "--format"),
            (["history", "--limt", "3"], "--limit"),
            (["--dbb", "x"], "--db"),
            (["contact", "list", "-f", "yaml"], "table, json, jsonl, csv, tsv, ids"),
            (["contact", "list", "--limit", "-1"], "from 0 on"),
            (["contact", "list", "--columns", "nmae"], "Did you mean name?"),
            (["contact", "show"], "crm contact show --help"),
            (["undo", "one"], "crm undo --help"),
        ],
    )
    def test_are_told(self, words: list[str], hint: str, database: Path) -> None:
        Crm.open(database).close()
        result = crm("--db", str(database), *words, code=2) if words[0] != "--dbb" else crm(*words, code=2)
        assert result.stdout == ""
        assert result.stderr.startswith("crm: ")
        assert hint in result.stderr
        assert len(result.stderr.splitlines()) == 2

    def test_a_moment_that_is_none(self, database: Path) -> None:
        assert (
            '"someday"'
            in crm("--db", str(database), "--now", "someday", "contact", "add", "x", code=5).stderr
        )


def test_version() -> None:
    assert crm("--version").stdout == f"crm {__version__}\n"


class TestDatabase:
    """--db, CRM_DB and the usual place."""

    def test_the_usual_place_with_nothing_there_prints_a_hint_and_makes_nothing(self) -> None:
        for words in (
            ["contact", "list"],
            ["today"],
            ["history"],
            ["find", "x"],
            ["doctor"],
            ["sql", "SELECT 1"],
            ["backup"],
        ):
            result = crm(*words)
            assert result.stdout == "", words
            assert "nothing is here yet" in result.stderr, words
        assert not list(Path.home().rglob("*"))

    def test_the_first_write_makes_it_in_the_usual_place_and_says_where(self) -> None:
        usual = Path.home() / "xdg_data_home" / "crm" / "crm.db"
        assert f"Created {usual}." in crm("contact", "add", "Anna").stderr
        assert usual.stat().st_mode & 0o077 == 0
        assert usual.parent.stat().st_mode & 0o077 == 0
        assert "Created" not in crm("contact", "add", "Bob").stderr

    def test_the_option_wins_over_the_environment(self, tmp_path: Path) -> None:
        one, other = tmp_path / "one.db", tmp_path / "other.db"
        crm("--db", str(one), "contact", "add", "Anna", env={"CRM_DB": str(other)})
        assert (one.exists(), other.exists()) == (True, False)
        crm("contact", "add", "Bob", env={"CRM_DB": str(other)})
        assert other.exists()

    def test_a_file_named_by_hand_must_be_there_to_be_read(self, tmp_path: Path) -> None:
        missing = str(tmp_path / "missing.db")
        assert missing in crm("--db", missing, "contact", "list", code=7).stderr
        assert missing in crm("contact", "list", code=7, env={"CRM_DB": missing}).stderr
        assert list(tmp_path.iterdir()) == []

    @pytest.mark.parametrize("kind", ["folder", "text", "empty", "foreign", "newer"])
    @pytest.mark.parametrize(
        "words", [["contact", "list"], ["contact", "add", "Anna"], ["undo"], ["doctor", "--fix"]]
    )
    def test_what_is_no_database_of_ours_is_refused_and_left_alone(
        self, kind: str, words: list[str], tmp_path: Path
    ) -> None:
        path = tmp_path / "place"
        if kind == "folder":
            path.mkdir()
        elif kind == "text":
            path.write_text("Dear diary, it is a long story. " * 200)
        elif kind == "empty":
            path.touch()
        elif kind == "foreign":
            stranger = sqlite3.connect(path)
            stranger.execute("CREATE TABLE songs (name)")
            stranger.close()
        else:
            Crm.open(path).close()
            newer = sqlite3.connect(path)
            newer.execute("PRAGMA user_version = 99")
            newer.close()
        before = None if kind == "folder" else path.read_bytes()
        result = crm("--db", str(path), *words, code=7)
        assert result.stdout == ""
        assert str(path) in result.stderr
        assert before is None or path.read_bytes() == before


@pytest.mark.parametrize(
    "words",
    [
        ["contact", "show"], ["company", "show"], ["deal", "show"], ["followup", "done"], ["timeline"], ["brief"],
        ["history"], ["deal", "add", "Website", "--contact"], ["contact", "add", "Bo", "--referred-by"],
    ],
)  # fmt: skip
def test_bytes_that_are_no_text_are_refused(words: list[str], database: Path) -> None:
    with Crm.open(database) as opened:
        anna = opened.contacts.add(name="Anna", company="Acme")
        deal = opened.deals.add("Website", contact_id=anna.id)
        opened.followups.add("send offer", date(2026, 3, 5), deal_id=deal.id)
    before = database.read_bytes()
    result = crm("--db", str(database), *words, "\udcff", code=2)
    assert "bytes that are no valid text" in result.stderr
    assert "UTF-8" in result.stderr
    assert database.read_bytes() == before


class TestProcess:
    """As a process of its own, in the surroundings that cron, pipes and terminals make."""

    @pytest.fixture
    def people(self, database: Path) -> Path:
        """A thousand people: more than a pipe holds."""
        with Crm.open(database) as opened, opened.transaction("load"):
            for number in range(1000):
                opened.contacts.add(name=f"Person {number}", note="x" * 200)
        return database

    def test_a_closed_pipe_is_silent_and_no_failure(self, people: Path) -> None:
        for form in ("tsv", "json", "csv", "table"):
            command = f"{' '.join(CRM)} --db {people} contact list -f {form}"
            done = subprocess.run(
                ["bash", "-c", f"{command} | head -1; echo ${{PIPESTATUS[0]}}"],
                capture_output=True,
                text=True,
                check=True,
            )
            assert done.stdout.splitlines()[-1] == "0", form
            assert done.stderr == "", form

    def test_help_into_a_closed_pipe(self) -> None:
        command = f"{' '.join(CRM)} --help | true; echo ${{PIPESTATUS[0]}}"
        done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, check=True)
        assert (done.stdout, done.stderr) == ("0\n", "")

    def test_a_full_output_is_told(self, people: Path) -> None:
        with Path("/dev/full").open("w") as full:
            done = subprocess.run(
                [*CRM, "--db", str(people), "contact", "list"],
                stdout=full,
                stderr=subprocess.PIPE,
                text=True,
                check=False,
            )
        assert done.returncode == 1
        assert "Traceback" not in done.stderr

    def test_with_no_environment_at_all(self, people: Path) -> None:
        done = process("--db", str(people), "contact", "list", "--limit", "1", environment={})
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) == 2

    def test_in_an_ascii_terminal_names_are_escaped_rather_than_a_crash(self, database: Path) -> None:
        with Crm.open(database) as opened:
            opened.contacts.add(name="Məmmədov")
        plain = {"PYTHONIOENCODING": "ascii", "PATH": os.environ["PATH"]}
        done = process("--db", str(database), "contact", "list", "--columns", "name", environment=plain)
        assert done.stdout == "name\nM\\u0259mm\\u0259dov\n"

    def test_off_a_terminal_nothing_is_coloured_or_cut(self, people: Path) -> None:
        for variables in ({}, {"COLUMNS": "20"}, {"FORCE_COLOR": "1"}):
            done = process(
                "--db",
                str(people),
                "contact",
                "list",
                "--limit",
                "1",
                "-f",
                "tsv",
                environment={**os.environ, **variables},
            )
            assert "\x1b" not in done.stdout + done.stderr
            assert "x" * 200 in done.stdout

    def test_on_a_terminal_colour_is_left_out_when_asked(self, people: Path) -> None:
        coloured = on_terminal(people, {})
        assert "\x1b[" in coloured
        assert "\x1b[" not in on_terminal(people, {"NO_COLOR": "1"})
        assert "\x1b[" not in on_terminal(people, {"TERM": "dumb"})

    def test_without_a_command_off_a_terminal_it_prints_today(self, people: Path) -> None:
        bare = process("--db", str(people))
        assert bare.returncode == 0, bare.stderr
        assert bare.stdout == process("--db", str(people), "today").stdout

    @pytest.mark.parametrize("debug", [False, True])
    def test_an_error_nobody_foresaw_is_told_without_a_traceback_unless_asked(
        self, database: Path, debug: bool
    ) -> None:
        code = (
            "import sys\nfrom crm_tui.domain.contacts import Contacts\n"
            "Contacts.iterate = lambda *_, **__: 0 / 0\n"
            "from crm_tui.cli import main; sys.argv = ['crm', '--db', sys.argv[1], 'contact', 'list']; main()"
        )
        Crm.open(database).close()
        environment = {**os.environ, **({"CRM_DEBUG": "1"} if debug else {})}
        words = [sys.executable, "-c", code, str(database)]
        done = subprocess.run(words, capture_output=True, text=True, env=environment, check=False)
        assert done.returncode == 1
        assert "crm: a fault in crm-tui itself: ZeroDivisionError: division by zero." in done.stderr
        assert ("Traceback" in done.stderr) is debug
        assert debug or len(done.stderr.splitlines()) == 2

    def test_interrupted_is_130(self, database: Path) -> None:
        code = (
            "import os, signal, sys; from crm_tui.domain.contacts import Contacts;"
            "Contacts.iterate = lambda *a, **k: os.kill(os.getpid(), signal.SIGINT);"
            "from crm_tui.cli import main; sys.argv = ['crm', '--db', sys.argv[1], 'contact', 'list']; main()"
        )
        Crm.open(database).close()
        done = subprocess.run(
            [sys.executable, "-c", code, str(database)], capture_output=True, text=True, check=False
        )
        assert done.returncode == 130
        assert done.stderr.startswith("crm: interrupted.")


def on_terminal(database: Path, variables: dict[str, str]) -> str:
    """What a terminal would be sent by crm contact list."""
    import pty

    leader, follower = pty.openpty()
    environment = {"PATH": os.environ["PATH"], "TERM": "xterm-256color", "LANG": "C.UTF-8", **variables}
    running = subprocess.Popen(
        [*CRM, "--db", str(database), "contact", "list", "--limit", "2"],
        stdin=follower, stdout=follower, stderr=subprocess.DEVNULL, env=environment,
    )  # fmt: skip
    os.close(follower)
    printed = b""
    try:
        while chunk := os.read(leader, 4096):
            printed += chunk
    except OSError:
        pass  # Linux says so when the last process has closed the terminal
    finally:
        os.close(leader)
        running.wait()
    return printed.decode()


class TestCompletion:
    """What the shell offers for a half-typed word."""

    @staticmethod
    def offered(line: str) -> list[str]:
        words = line.split(" ")
        variables = {
            "_CRM_COMPLETE": "complete_bash",
            "COMP_WORDS": line,
            "COMP_CWORD": str(len(words) - 1),
        }
        code = (
            "import sys\nfrom crm_tui.cli import main\ntry:\n    main()\nfinally:\n"
            "    loaded = [each for each in sys.modules if each.startswith('crm_tui.commands.')]\n"
            "    print(*loaded, file=sys.stderr)"
        )
        done = subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            env={**os.environ, **variables},
            check=False,
        )
        loaded = {each.rpartition(".")[2] for each in done.stderr.split()}
        assert not loaded & {"deals", "followups", "today", "upkeep", "transfer"}, "of other commands"
        return done.stdout.split()

    def test_of_commands(self) -> None:
        assert self.offered("crm ") == list(ORDER)
        assert self.offered("crm con") == ["contact", "config"]

    def test_of_verbs_and_options(self) -> None:
        assert "list" in self.offered("crm contact ")
        assert self.offered("crm contact lis") == ["list"]
        assert "--db" in self.offered("crm --")
        assert self.offered("crm history --k") == ["--kind"]

    @pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
    def test_scripts_for_every_shell(self, shell: str) -> None:
        done = subprocess.run(
            CRM,
            capture_output=True,
            text=True,
            env={**os.environ, "_CRM_COMPLETE": f"source_{shell}"},
            check=True,
        )
        assert "_CRM_COMPLETE=complete_" + shell in done.stdout

    def test_installing_is_offered(self) -> None:
        assert "--install-completion" in crm("--help").stdout

"""The documentation says what the code does: examples run, tables are complete, links lead somewhere."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

import pytest
import typer

from crm_tui import actions, errors
from crm_tui.cli import ORDER, app
from crm_tui.config import SETTINGS, Config
from crm_tui.domain import company_fields, contact_fields, deal_fields, followup_fields, interaction_fields
from crm_tui.domain.listing import Listing
from crm_tui.filters import FieldKind
from crm_tui.interchange import options
from crm_tui.screens.shell.themes import THEMES
from crm_tui.store.addresses import SCHEMA
from tests import examples, pictures, reference
from tests.examples import ROOT, documents

DOCS: Final = documents()
NAMES: Final = [str(document.relative_to(ROOT)) for document in DOCS]
RENEW: Final = "make docs renews what follows from the code"
OF_OTHERS: Final = {"--user"}
"""Options that the documentation shows of other programs."""
LISTINGS: Final[Mapping[str, Listing]] = {
    "Contacts": contact_fields.LISTING,
    "Companies": company_fields.LISTING,
    "Deals": deal_fields.LISTING,
    "Follow-ups": followup_fields.LISTING,
    "Interactions": interaction_fields.LISTING,
}
WORDS: Final = {
    FieldKind.TEXT: "text",
    FieldKind.TAG: "tag",
    FieldKind.CHOICE: "choice",
    FieldKind.FLAG: "flag",
    FieldKind.NUMBER: "number",
    FieldKind.ID: "number",
    FieldKind.REF: "record",
    FieldKind.PHONE: "phone",
    FieldKind.MONEY: "amount",
    FieldKind.DAY: "day",
    FieldKind.INSTANT: "moment",
}


def read(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def part(text: str, heading: str) -> str:
    """What stands under a heading, up to the next one of its level."""
    level = heading.split(" ", 1)[0]
    # what stands in a block is no heading
    text = re.sub(
        r"^```.*?^```", lambda block: block[0].replace("\n#", "\n #"), text, flags=re.DOTALL | re.MULTILINE
    )
    found = re.search(
        rf"^{re.escape(heading)}\n(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.DOTALL | re.MULTILINE
    )
    assert found, heading
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The rows of the first table of a text, without its head."""
    lines = [line for line in text.split("\n\n| ", 1)[-1].splitlines() if line]
    table = [f"| {lines[0]}", *lines[1:]]
    cells = [[cell.strip() for cell in line.strip("|").split(" |")] for line in table if line.startswith("|")]
    return cells[2:]


def code(cell: str) -> str:
    """What stands between the first pair of backquotes."""
    found = re.search(r"`([^`]+)`", cell)
    assert found, cell
    return found[1]


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return examples.sample(tmp_path_factory.mktemp("sample") / "sample.db")


@pytest.mark.parametrize("document", DOCS, ids=NAMES)
def test_examples_print_what_is_shown(document: Path, sample: Path, tmp_path: Path) -> None:
    shell = examples.Shell(tmp_path / "home")
    if document.parent.name == "docs":
        shell.take(sample)
    wrong = [
        said
        for example in examples.examples(document.read_text(encoding="utf-8"))
        if (said := examples.complaint(example, shell.run(example))) is not None
    ]
    assert not wrong, "\n\n".join([*wrong, RENEW])


def test_there_are_examples_in_every_guide() -> None:
    for name in (
        "README.md",
        "docs/commands.md",
        "docs/filters.md",
        "docs/importing.md",
        "docs/cron.md",
        "docs/files.md",
    ):
        shown = [example for example in examples.examples(read(name)) if example.shown]
        assert len(shown) >= 8, name


class TestTheRunner:
    """The runner of the examples sees what is wrong."""

    @pytest.mark.parametrize(
        ("block", "wrong"),
        [
            ("$ crm contact list\n", True),
            ("$ crm --version\ncrm 0.0.0\n", True),
            ("$ crm --version\ncrm ...\n", False),
            ("$ crm config path\n", False),
            ("$ crm config path | cat\nsomething\n", True),
            ("$ crm contact lst\ncrm: ...\n...\n", False),
            ("$ crm contact lst\n", True),
        ],
    )
    def test_sees_what_is_wrong(self, block: str, wrong: bool, tmp_path: Path) -> None:
        shell = examples.Shell(tmp_path / "home")
        found = examples.examples(f"```console\n$ export CRM_DB=none.db\n{block}```\n")
        said = [examples.complaint(example, shell.run(example)) for example in found]
        assert (said[-1] is not None) is wrong

    def test_renews_and_keeps_the_cut(self, tmp_path: Path) -> None:
        text = "```console\n$ printf 'a\\nb\\nc\\n'\nx\n...\n$ echo d\n$ printf 'e\\nf\\n'\n?\n```\n\nend\n"
        after = examples.renewed(text, examples.Shell(tmp_path / "home"))
        assert after == text.replace("x\n...", "a\n...").replace("?\n", "e\nf\n")


@pytest.mark.parametrize("document", DOCS, ids=NAMES)
def test_what_follows_from_the_code_is_up_to_date(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    assert reference.filled(text) == text, RENEW


@pytest.mark.parametrize("document", [*DOCS, ROOT / "data/README.md"], ids=lambda each: each.name)
def test_links_lead_somewhere(document: Path) -> None:
    text = re.sub(r"^```.*?^```", "", document.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("https://", "http://")):
            continue
        name, _, anchor = target.partition("#")
        place = (document.parent / name).resolve() if name else document
        assert place.exists(), f"{document.name}: {target}"
        if anchor:
            assert anchor in anchors(place.read_text(encoding="utf-8")), f"{document.name}: {target}"


def anchors(text: str) -> set[str]:
    """The anchors that GitHub makes of the headings."""
    plain = re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE)
    heads = re.findall(r"^#+ (.+)$", plain, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


class TestCommands:
    """docs/commands.md."""

    def test_has_a_section_for_every_command(self) -> None:
        text = read("docs/commands.md")
        assert [name for _, name in reference.sections(text)] == list(ORDER)
        assert re.findall(r"^## crm (\w+)$", text, re.MULTILINE) == list(ORDER)
        assert all(f"`crm {' '.join(path)}" in text for path in reference.tree())

    def test_mentions_every_option(self) -> None:
        for path, command in reference.tree().items():
            section = part(read("docs/commands.md"), f"## crm {path[0]}")
            unlike = reference.names_of(command) - {"--help", "-h", "-f"}
            if f"### crm {' '.join(path)}\n" in section:
                own = part(section, f"### crm {' '.join(path)}")
                liked = re.search(r"Takes what `crm ([\w ]+)` takes", own)
                section = own + (part(section, f"### crm {liked[1]}") if liked else "")
            missing = {name for name in unlike if not re.search(rf"{name}(?![\w-])", section)}
            assert not missing, f"crm {' '.join(path)}: {missing}"

    def test_tells_the_options_before_the_command(self) -> None:
        told = {
            name
            for row in rows(part(read("docs/commands.md"), "### Before the command"))
            for name in options_in(row[0])
        }
        assert told == reference.global_names()

    @pytest.mark.parametrize("name", [name for name in NAMES if name != "CONTRIBUTING.md"])
    def test_no_document_mentions_an_option_that_is_not_there(self, name: str) -> None:
        known = set().union(*(reference.names_of(command) for command in reference.tree().values()))
        mentioned = {each for each in options_in(read(name)) if each.startswith("--")}
        assert mentioned <= known | reference.global_names() | OF_OTHERS

    def test_every_example_of_the_help_is_understood(self) -> None:
        seen = 0
        for path, command in reference.tree().items():
            for line in reference.shown_examples(command):
                for words in calls(line):
                    parse(words)
                    seen += 1
            assert seen, path
        assert seen > 100


def options_in(text: str) -> set[str]:
    """The options that a text mentions."""
    return set(re.findall(r"(?<![\w-])(--[a-z][a-z-]*|-[a-z])(?![\w-])", text))


def calls(line: str) -> Iterator[list[str]]:
    """The words after ``crm`` of each call in a line of shell."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|&;<>()")
    lexer.whitespace_split = True
    lexer.commenters = ""
    words: list[str] | None = None
    for word in [*lexer, ";"]:
        if set(word) <= set("|&;<>()"):
            if words is not None:
                yield words
            words = None
        elif words is not None:
            words.append(word)
        elif word == "crm":
            words = []


def parse(words: list[str]) -> None:
    """Have the command line read, and not run."""
    command: Any = typer.main.get_command(app)
    context = command.make_context("crm", list(words))
    while hasattr(command, "commands") and context._protected_args:
        name, command, rest = command.resolve_command(context, [*context._protected_args, *context.args])
        context = command.make_context(name, rest, parent=context)


class TestFilters:
    """docs/filters.md."""

    @pytest.mark.parametrize("heading", LISTINGS)
    def test_the_table_of_fields_is_complete(self, heading: str) -> None:
        section = part(read("docs/filters.md"), f"### {heading}")
        listing = LISTINGS[heading]
        told = {code(name): kind for name, kind, _ in rows(section)}
        assert told == {field.name: WORDS[field.kind] for field in listing.fields}

    @pytest.mark.parametrize("heading", LISTINGS)
    def test_the_choices_are_told(self, heading: str) -> None:
        told = {
            code(name): meaning for name, _, meaning in rows(part(read("docs/filters.md"), f"### {heading}"))
        }
        for field in LISTINGS[heading].fields:
            if field.choices:
                assert re.findall(r"`(\w+)`", told[field.name]) == list(field.choices)

    @pytest.mark.parametrize("heading", LISTINGS)
    def test_the_other_names_are_complete(self, heading: str) -> None:
        section = part(read("docs/filters.md"), f"### {heading}")
        told = re.findall(r"`(\w+)`", section.split("Other names:")[1])
        assert sorted(told) == sorted(LISTINGS[heading].aliases)


class TestFiles:
    """docs/files.md."""

    def test_the_exit_codes_are_those_of_the_code(self) -> None:
        kinds = [
            each
            for each in vars(errors).values()
            if isinstance(each, type) and issubclass(each, errors.CrmError)
        ]
        codes = {each.exit_code for each in kinds}
        codes |= {errors.EXIT_DONE, errors.EXIT_SOMETHING_DUE, errors.EXIT_INTERRUPTED}
        assert [int(row[0]) for row in rows(part(read("docs/files.md"), "## Exit codes"))] == sorted(codes)

    def test_the_settings_are_those_of_the_code(self) -> None:
        told = [code(row[0]) for row in rows(part(read("docs/files.md"), "## Settings"))]
        assert told == [setting.name for setting in SETTINGS]
        assert {*told, "path"} == {each.name for each in fields(Config)}

    def test_the_environment_is_complete(self) -> None:
        told = {
            name
            for row in rows(part(read("docs/files.md"), "## Environment"))
            for name in re.findall(r"CRM_\w+", row[0])
        }
        source = "".join(file.read_text(encoding="utf-8") for file in (ROOT / "crm_tui").rglob("*.py"))
        assert told == set(re.findall(r"\bCRM_[A-Z]+\b", source))


class TestImporting:
    """docs/importing.md."""

    def test_tells_every_kind(self) -> None:
        told = [code(row[0]) for row in rows(part(read("docs/importing.md"), "## What the rows are"))]
        assert sorted(told) == sorted(options.KINDS)
        assert {name for _, name in reference.sections(read("docs/importing.md"))} == set(options.KINDS)

    def test_tells_every_entry_of_a_recipe(self) -> None:
        table = part(read("docs/importing.md"), "## Recipes").rsplit("```", 1)[-1]
        told = {re.split(r"[\[\].]+", code(row[0]).strip("[]"))[0] for row in rows(table)}
        assert told == {*options._RECIPE_TABLES, *options._RECIPE_OPTIONS}


class TestScreens:
    """docs/tui.md."""

    def test_has_the_keys_of_every_scope_but_dialogs(self) -> None:
        assert [name for _, name in reference.sections(read("docs/tui.md"))] == [
            scope for scope in actions.SCOPES if scope != "dialog"
        ]

    def test_the_keys_it_proposes_can_be_set(self) -> None:
        text = read("docs/tui.md")
        lines = text.splitlines()
        files = ["\n".join(lines[start:end]) for word, start, end in examples.fences(text) if word == "toml"]
        set_by_command = dict(re.findall(r"^\$ crm config set keys\.(\S+) (\S+)$", text, re.MULTILINE))
        assert files
        assert set_by_command
        for keys in (set_by_command, *(tomllib.loads(file)["keys"] for file in files)):
            assert actions.Keymap(keys).changed.keys() == keys.keys()

    def test_names_every_theme_of_our_own(self) -> None:
        assert set(re.findall(r"`(crm-\w+)`", part(read("docs/tui.md"), "## Themes"))) == {
            theme.name for theme in THEMES
        }


class TestContributing:
    """CONTRIBUTING.md."""

    def test_tells_every_dependency_with_its_bound(self) -> None:
        with (ROOT / "pyproject.toml").open("rb") as file:
            project = tomllib.load(file)["project"]
        told = part(read("CONTRIBUTING.md"), "## Dependencies")
        found = dict(re.findall(r"^\| ([\w-]+) \| `([^`]+)` \|", told, re.MULTILINE))
        extras = [each for extra in project["optional-dependencies"].values() for each in extra]
        wanted = [*project["dependencies"], *(each for each in extras if not each.startswith("crm-tui["))]
        bounds = {(name := re.split(r"[<>=]", each)[0]): each.removeprefix(name) for each in wanted}
        assert found == bounds

    def test_tells_every_target_of_the_makefile(self) -> None:
        told = [
            code(row[0]).removeprefix("make ") for row in rows(part(read("CONTRIBUTING.md"), "## Set up"))
        ]
        targets = re.search(r"^\.PHONY: (.+)$", read("Makefile"), re.MULTILINE)
        assert targets
        assert sorted(told) == sorted(targets[1].split())

    def test_names_files_that_are_there(self) -> None:
        for name in re.findall(
            r"`((?:crm_tui|tests|docs|bench|data|\.ci)/[\w./*]*)`", read("CONTRIBUTING.md")
        ):
            made_later = name == f"crm_tui/store/migrations/m{SCHEMA + 1:04}_*.py" or "results" in name
            assert made_later or list(ROOT.glob(name.rstrip("/"))), name

    def test_tells_every_floor(self) -> None:
        table = part(read("CONTRIBUTING.md"), "## The house").split("What each floor is for")[1]
        told = [name for row in rows(table) for name in re.findall(r"`(\w+)`", row[0])]
        floors = re.findall(r"\w+", reference.floors("all").replace("```text", ""))
        assert sorted(told) == sorted(set(floors) - {"__main__"})


def test_the_picture_is_of_the_screens_as_they_are(sample: Path) -> None:
    shown = pictures.words(pictures.TODAY.read_text(encoding="utf-8"))
    assert "Overdue" in "".join(shown)
    assert shown == pictures.words(pictures.today(sample)), RENEW

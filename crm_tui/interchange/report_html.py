"""A report as a page that stands by itself: one file, no script, nothing loaded from anywhere, plots as inline SVG.

It follows the reader's dark or light setting and prints on paper. Every text of data is escaped. The figures are those
of the table on the command line, from the same grid; each plot has its figures as a table too.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, Final

from crm_tui.interchange.svg import plot, text
from crm_tui.report_text import grid, heading, subtitle

if TYPE_CHECKING:
    from datetime import date

    from crm_tui.domain.reports.report import Plot, Report
    from crm_tui.report_text import Grid

_STYLE: Final = """
:root { color-scheme: light dark; --ink: #1d2126; --dim: #626a73; --line: #d5d9de; --page: #fdfdfc;
  --strong: #2f6f9f; --faint: #b9cfdf; }
@media (prefers-color-scheme: dark) { :root { --ink: #e4e6e8; --dim: #9aa3ad; --line: #3a4047; --page: #16191c;
  --strong: #6fb1de; --faint: #34536a; } }
* { box-sizing: border-box; }
body { margin: 2.5rem auto; max-width: 60rem; padding: 0 1.25rem; color: var(--ink); background: var(--page);
  font: 15px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1 { font-size: 1.5rem; line-height: 1.2; margin: 0; } h2 { font-size: 1rem; margin: 2rem 0 .5rem; }
p { margin: .25rem 0; } .dim, .notes, caption { color: var(--dim); } .answer { font-weight: 600; margin-top: .75rem; }
.wide { overflow-x: auto; margin: 1.5rem 0; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .2rem 1.25rem .2rem 0; text-align: start; vertical-align: baseline; unicode-bidi: plaintext; }
th { font-weight: 500; color: var(--dim); } thead th { border-bottom: 1px solid var(--line); }
tfoot td { border-top: 1px solid var(--line); font-weight: 600; } tfoot tr + tr td { border-top: 0; }
.right { text-align: end; white-space: nowrap; }
figure { margin: 2rem 0; break-inside: avoid; } figcaption { font-weight: 600; margin-bottom: .5rem; }
svg { display: block; max-width: 100%; height: auto; font: 13px system-ui, "Noto Sans", sans-serif; }
svg text { fill: var(--ink); } svg .name, svg .figure { text-anchor: end; } svg .above, svg .below {
  text-anchor: middle; } svg .below { fill: var(--dim); } svg .axis { stroke: var(--line); stroke-width: 1; }
svg .strong { fill: var(--strong); } svg .faint { fill: var(--faint); }
details { margin-top: .5rem; } summary { color: var(--dim); cursor: pointer; } .notes { margin-top: 1.5rem; }
@media print { :root { --ink: #000; --dim: #444; --line: #999; --page: #fff; --strong: #333; --faint: #bbb; }
  body { margin: 0; max-width: none; font-size: 11pt; } details:not([open]) { display: none; }
  svg { print-color-adjust: exact; -webkit-print-color-adjust: exact; } thead { display: table-header-group; }
  tr { break-inside: avoid; } }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(report: Report[Any, Any], today: date) -> str:
    """A report as a whole HTML document.

    Args:
        report: what is shown.
        today: the present day; a state of another one is told.
    """
    found = grid(report)
    title = text(heading(report))
    body = [
        "<header>",
        f"<h1>{title}</h1>",
        f'<p class="dim">{text(report.question)}</p>',
        f'<p class="dim">{text(subtitle(report, today))}</p>',
        *(f'<p class="answer">{text(report.answer[0])}</p>' for _ in report.answer[:1]),
        "</header>",
        "<main>",
        *_main(report, found),
        "</main>",
    ]
    return "\n".join(
        (
            "<!DOCTYPE html>",
            '<html lang="en">',
            "<head>",
            '<meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            '<meta name="referrer" content="no-referrer">',
            f"<title>{title}</title>",
            f"<style>{_STYLE}</style>",
            "</head>",
            "<body>",
            *body,
            "</body>",
            "</html>",
            "",
        )
    )


def _main(report: Report[Any, Any], found: Grid) -> Iterable[str]:
    if report.is_empty:
        yield '<p class="wide">There is nothing in it.</p>'
    elif found.rows or found.sums:
        yield _table(found, text(heading(report)))
    if found.facts and not report.is_empty:
        yield _facts(found)
    yield from (_figure(each, number) for number, each in enumerate(report.plots, 1) if each.bars)
    if report.notes:
        yield f'<div class="notes">{"".join(f"<p>{text(note)}</p>" for note in report.notes)}</div>'


def _table(found: Grid, caption: str) -> str:
    rights = [head.right for head in found.heads]
    heads = "".join(
        f'<th scope="col"{_class(right=head.right)}>{text(head.title)}</th>' for head in found.heads
    )
    foot = f"<tfoot>\n{_rows(found.sums, rights)}\n</tfoot>\n" if found.sums else ""
    return (
        f'<div class="wide"><table aria-label="{caption}">\n<thead><tr>{heads}</tr></thead>\n'
        f"<tbody>\n{_rows(found.rows, rights)}\n</tbody>\n{foot}</table></div>"
    )


def _facts(found: Grid) -> str:
    kinds = "".join(f'<th scope="col" class="right">{text(each)}</th>' for each in found.kinds)
    head = f"<thead><tr><th></th>{kinds}</tr></thead>\n" if len(found.kinds) > 1 else ""
    rows = "\n".join(
        f'<tr><th scope="row">{text(title)}</th>'
        + "".join(f'<td class="right">{text(each)}</td>' for each in figures)
        + "</tr>"
        for title, *figures in found.facts
    )
    return f'<div class="wide"><table aria-label="Totals">\n{head}<tbody>\n{rows}\n</tbody>\n</table></div>'


def _figure(found: Plot, number: int) -> str:
    rows = _rows([(each.label, each.text) for each in found.bars], [False, True])
    title = text(found.title)
    return (
        f"<figure><figcaption>{title}</figcaption>\n{plot(found, number)}\n"
        f"<details><summary>Figures</summary>\n"
        f'<table aria-label="{title}">\n<tbody>\n{rows}\n</tbody>\n</table></details></figure>'
    )


def _rows(rows: Iterable[Sequence[str]], rights: Sequence[bool]) -> str:
    return "\n".join(
        "<tr>"
        + "".join(
            f"<td{_class(right=right)}>{text(each)}</td>" for each, right in zip(row, rights, strict=True)
        )
        + "</tr>"
        for row in rows
    )


def _class(*, right: bool) -> str:
    return ' class="right"' if right else ""

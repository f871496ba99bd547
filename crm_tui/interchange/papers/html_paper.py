"""An invoice as a page that stands by itself: one file, no script, nothing loaded from anywhere, made to be printed.

Every text is escaped. It is light on every screen, as it will be on paper; the printer's own size of paper counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

from crm_tui.interchange.svg import text

if TYPE_CHECKING:
    from crm_tui.interchange.papers.paper import Paper, Sum

_STYLE: Final = """
:root { color-scheme: light; --ink: #1d2126; --dim: #5d656e; --line: #c9ced4; --faint: #f3f4f6; }
@page { margin: 18mm 18mm 20mm; }
* { box-sizing: border-box; }
body { margin: 2rem auto; max-width: 48rem; padding: 0 1.25rem; color: var(--ink); background: #fff;
  font: 14px/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif;
  overflow-wrap: anywhere; }
p, h1, h2, dl, dd { margin: 0; } p, td, h2 { unicode-bidi: plaintext; }
.sides { display: flex; justify-content: space-between; align-items: flex-start; gap: 2rem; margin-bottom: 2.25rem; }
.sides > * { min-width: 0; } .sides > :last-child { text-align: end; flex: none; max-width: 55%; }
h1 { font-size: 1.75rem; line-height: 1.15; font-weight: 600; letter-spacing: -.01em; }
h2 { font-size: 1.05rem; font-weight: 600; } .dim, dt { color: var(--dim); }
.stamp { display: inline-block; margin-top: .5rem; padding: .05rem .6rem; border: 2px solid; border-radius: .25rem;
  font-weight: 700; letter-spacing: .08em; }
dl { display: grid; grid-template-columns: auto auto; gap: 0 1rem; justify-content: end; } dt, dd { text-align: end; }
.notice { margin-bottom: 1.5rem; padding: .6rem .9rem; background: var(--faint);
  border-inline-start: 3px solid var(--ink); font-weight: 600; }
table { width: 100%; border-collapse: collapse; font-variant-numeric: tabular-nums; }
th, td { padding: .45rem 0 .45rem 1rem; text-align: end; vertical-align: baseline; white-space: nowrap; }
th:first-child, td:first-child { padding-inline-start: 0; text-align: start; white-space: normal; width: 99%;
  min-width: 9rem; }
th { font-weight: 500; color: var(--dim); border-bottom: 1.5px solid var(--ink); }
tbody td { border-bottom: 1px solid var(--line); }
.sums { width: auto; margin: .5rem 0 0 auto; break-inside: avoid; } .sums td { border: 0; padding-block: .2rem; }
.sums td:first-child { color: var(--dim); text-align: end; width: auto; padding-inline-end: 1rem; }
.sums td:last-child { padding-inline-start: .35em; text-align: start; }
.sums .strong td { color: var(--ink); font-weight: 600; }
.sums .due td { border-top: 1.5px solid var(--ink); padding-top: .5rem; font-size: 1.1rem; }
.pay { margin-top: 2.5rem; break-inside: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; }
@media print { body { margin: 0; max-width: none; padding: 0; font-size: 10pt; }
  tbody td { padding-block: .3rem; } .notice { background: none; } }
@media (max-width: 34rem) { .sides { flex-wrap: wrap; } .items { overflow-x: auto; } }
"""
_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'"


def page(paper: Paper) -> str:
    """The invoice as a whole HTML document."""
    title = f"{text(paper.title)} {text(paper.number)}"
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
            *_body(paper),
            "</body>",
            "</html>",
            "",
        )
    )


def _body(paper: Paper) -> Iterator[str]:
    stamp = f'<p class="stamp">{paper.stamp}</p>' if paper.stamp else ""
    seller = f"<h2>{text(paper.seller)}</h2>" if paper.seller else ""
    yield (
        f'<header class="sides"><div>{seller}{_lines(paper.seller_lines)}</div>'
        f'<div><h1>{text(paper.title)}</h1><p class="dim">{text(paper.number)}</p>{stamp}</div></header>'
    )
    yield "<main>"
    customer = ""
    if paper.customer:
        name, *rest = paper.customer
        customer = f'<p class="dim">For</p><h2>{text(name)}</h2>{_lines(rest)}'
    facts = "".join(f"<dt>{text(word)}</dt><dd>{text(value)}</dd>" for word, value in paper.facts)
    yield f'<div class="sides"><div>{customer}</div><dl>{facts}</dl></div>'
    if paper.notice:
        yield f'<p class="notice">{text(paper.notice)}</p>'
    heads = "".join(f'<th scope="col">{text(each)}</th>' for each in paper.heads)
    rows = "\n".join(_row(row) for row in paper.rows)
    yield f'<div class="items"><table>\n<thead><tr>{heads}</tr></thead>\n<tbody>\n{rows}\n</tbody>\n</table></div>'
    sums = "\n".join((*(_sum(each, "strong") for each in paper.sums), _sum(paper.due, "strong due")))
    yield f'<table class="sums"><tbody>\n{sums}\n</tbody></table>'
    yield "</main>"
    if paper.payment:
        yield f'<footer class="pay"><h2>How to pay</h2>{_lines(paper.payment)}</footer>'


def _lines(texts: Iterable[str]) -> str:
    return "".join(f"<p>{text(each)}</p>" for each in texts)


def _row(cells: Sequence[str]) -> str:
    return f"<tr>{''.join(f'<td>{text(each)}</td>' for each in cells)}</tr>"


def _sum(found: Sum, strong: str) -> str:
    kind = f' class="{strong}"' if found.strong else ""
    figure, _, currency = found.figure.partition(" ")
    return f"<tr{kind}><td>{text(found.label)}</td><td>{text(figure)}</td><td>{text(currency)}</td></tr>"

"""Invoices to print in tests, and fonts made for them: tests look at no font of the machine."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from crm_tui.config import Config
from crm_tui.domain import Crm
from crm_tui.domain.invoice_lines import LineDraft
from crm_tui.models import InvoiceView
from tests.conftest import NOW

SELLER: Final = Config(
    business_name="Kestrel Studio",
    business_address=("12 High Street", "Bristol BS1 4DJ"),
    business_tax_id="GB 123 4567 89",
    business_payment=("Kestrel Bank, IBAN GB00 KEST 1234 5678 9012 34",),
    region="GB",
)
LONG: Final = "Website relaunch: design, build and moving the old content over, with a training afternoon"


def business(path: Path, config: Config = SELLER) -> Crm:
    """A business with a name and an address, on the morning of 2 March 2026."""
    return Crm.open(path, now=NOW, config=config)


def customer(crm: Crm) -> int:
    """Anna of Acme, which has an address and a tax id; her id."""
    crm.fields.add("companies", "vat_id", "text", label="VAT ID")
    anna = crm.contacts.add(name="Anna Kowalska", company="Acme Ltd")
    assert anna.company_id is not None
    crm.companies.add_method(anna.company_id, "address", "Long Lane 5\n10115 Berlin")
    crm.companies.update(anna.company_id, custom={"vat_id": "DE 999"})
    return anna.id


def relaunch(crm: Crm) -> InvoiceView:
    """An invoice of Acme in euros: a discount, two rates of tax and a line without any, a part of it paid."""
    made = crm.invoices.add(
        contact_id=customer(crm),
        lines=[
            LineDraft(LONG, "1", 4800_00, None, None, "20"),
            LineDraft("Hosting, months", "12", 12_50, None, "10", "20"),
            LineDraft("Printed handbook", "3", 24_90, None, None, "5"),
            LineDraft("Train ticket, passed on", "1", 84_00),
        ],
    )
    crm.payments.add(made.id, 2000_00, method="bank transfer")
    return crm.invoices.get(made.id)


def font(path: Path, letters: Iterable[str], **tables: Any) -> Path:
    """A TrueType font in which each of these letters is a box.

    Args:
        path: where it is to be.
        letters: what it has.
        tables: fields of its OS/2 table.
    """
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    codes = sorted({ord(each) for each in letters} | {0x20})
    names = [".notdef", *(f"uni{code:04X}" if code < 0x10000 else f"u{code:X}" for code in codes)]
    pen = TTGlyphPen(None)
    pen.moveTo((50, 0))
    for corner in ((50, 700), (450, 700), (450, 0)):
        pen.lineTo(corner)
    pen.closePath()
    box = pen.glyph()
    made = FontBuilder(1000, isTTF=True)
    made.setupGlyphOrder(names)
    made.setupCharacterMap(dict(zip(codes, names[1:], strict=True)))
    made.setupGlyf(dict.fromkeys(names, box))
    made.setupHorizontalMetrics(dict.fromkeys(names, (500, 50)))
    made.setupHorizontalHeader(ascent=800, descent=-200)
    made.setupNameTable(
        {"familyName": path.stem, "styleName": "Regular", "psName": path.stem.replace(" ", "")}
    )
    made.setupOS2(sTypoAscender=800, usWinAscent=800, usWinDescent=200, **tables)
    made.setupPost()
    path.parent.mkdir(parents=True, exist_ok=True)
    made.save(path)
    return path

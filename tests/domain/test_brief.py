"""The page before a call: what is on it, and that it fits a screen whatever there is."""

from __future__ import annotations

from datetime import date

from crm_tui.brief_lines import text
from crm_tui.cells import cell_width
from crm_tui.domain import Crm
from crm_tui.domain.brief import brief


def test_the_page_has_everything_that_matters(crm: Crm) -> None:
    bo = crm.contacts.add(name="Bo")
    anna = crm.contacts.add(
        name="Anna Kowalska",
        company="Acme",
        emails=["anna@example.com"],
        phones=["+48 601 234 567"],
        birthday="1985-03-14",
        cadence_days=30,
        referred_by_id=bo.id,
    )
    crm.contacts.set_date(anna.id, "wedding", "--04-20")
    crm.contacts.set_date(anna.id, "name day", "--07-26")
    crm.contacts.relate(anna.id, "assistant", bo.id)
    late = crm.deals.add("Later", contact_id=anna.id)
    soon = crm.deals.add("Soon", contact_id=anna.id, expected_close_on=date(2026, 3, 10))
    house = crm.deals.add("House", company_id=anna.company_id, expected_close_on=date(2026, 3, 11))
    crm.deals.win(crm.deals.add("Won", contact_id=anna.id).id)
    gone = crm.deals.add("Gone", contact_id=anna.id)
    crm.deals.archive(gone.id)
    done = crm.followups.add("done", date(2026, 3, 2), contact_id=anna.id)
    crm.followups.complete(done.id)
    second = crm.followups.add("second", date(2026, 3, 9), deal_id=late.id)
    first = crm.followups.add("first", date(2026, 3, 1), contact_id=anna.id)
    call = crm.interactions.add("call", [anna.id], "call", occurred_at="2026-02-20T10:00:00Z")
    notes = [crm.interactions.add("note", [anna.id], f"note {number}") for number in range(6)]
    page = brief(crm, anna.id)
    assert page.id == anna.id
    assert page.contact == crm.contacts.get(anna.id)
    assert [method.value for method in page.methods] == ["anna@example.com", "+48 601 234 567"]
    assert page.company is not None
    assert (page.company.name, page.referred_by) == ("Acme", "Bo")
    assert page.last == crm.interactions.get(call.id)
    assert [deal.id for deal in page.deals] == [soon.id, house.id, late.id]
    assert [each.id for each in page.followups] == [first.id, second.id]
    assert [each.id for each in page.interactions] == [note.id for note in reversed(notes)][:5]
    assert [(each.label, each.on, each.in_days, each.years) for each in page.dates] == [
        ("birthday", date(2026, 3, 14), 12, 41),
        ("wedding", date(2026, 4, 20), 49, None),
    ]
    assert [(each.kind, each.contact, each.contact_id) for each in page.relations] == [
        ("assistant", "Bo", bo.id)
    ]


def test_the_page_in_words(crm: Crm) -> None:
    anna = crm.contacts.add(
        name="Anna Kowalska", company="Acme", title="buyer", emails=["anna@example.com"], cadence_days=30,
        birthday="1985-03-14", tags=["vip"], note="Prefers calls before noon.",
    )  # fmt: skip
    crm.deals.add(
        "Website",
        contact_id=anna.id,
        amount_minor=450_000,
        currency="EUR",
        expected_close_on=date(2026, 3, 1),
    )
    crm.followups.add("send offer", date(2026, 2, 27), contact_id=anna.id)
    crm.interactions.add("call", [anna.id], "asked", direction="in", occurred_at="2026-03-01T10:00:00Z")
    assert text(brief(crm, anna.id), crm.clock, 80) == [
        "Anna Kowalska (1)                                                     lead · vip",
        "buyer · Acme",
        "last call yesterday  Sun 1 Mar · every 30 days · next in 29 days",
        "Reach       anna@example.com",
        "Deals     ! Website · Lead                               4,500.00 EUR  yesterday",
        "Promised  ! send offer                                                3 days ago",
        "Lately      call from them: asked                                      yesterday",
        "Dates     ~ birthday, 41 years                            in 12 days  Sat 14 Mar",
        "Note        Prefers calls before noon.",
    ]


def test_a_name_alone_is_a_page_too(crm: Crm) -> None:
    anna = crm.contacts.add(name="Anna")
    assert text(brief(crm, anna.id), crm.clock, 80) == [
        "Anna (1)" + "lead".rjust(72),
        "never in touch",
    ]


def test_the_page_fits_the_screen_whatever_there_is(crm: Crm) -> None:
    hostile = "\x1b[31m红色 🇦🇿 " + "x" * 300
    anna = crm.contacts.add(
        name=hostile,
        company=hostile,
        title=hostile,
        emails=[f"a{number}@example.com" for number in range(9)],
        phones=[f"+48 601 234 {number}" for number in range(100, 109)],
        tags=[f"tag{number}" for number in range(30)],
        birthday="1985-03-14",
        note="\n".join(f"note {number} " + "word " * 60 for number in range(50)),
        cadence_days=3,
    )
    crm.contacts.add_method(anna.id, "address", "Street 1\nBaku\n\x1b]52;c;x\x07")
    for number in range(9):
        other = crm.contacts.add(name=f"Friend {number} {hostile}")
        crm.contacts.relate(anna.id, "friend", other.id)
        crm.contacts.set_date(anna.id, f"day {number}", "--03-05")
        deal = crm.deals.add(f"{number} {hostile}", contact_id=anna.id)
        crm.followups.add(f"{number} {hostile}", date(2026, 3, 2), deal_id=deal.id)
        crm.interactions.add("meeting", [anna.id], hostile, direction="out")
    page = brief(crm, anna.id)
    for width, height in ((80, 23), (40, 23), (200, 60), (80, 10)):
        lines = text(page, crm.clock, width, height)
        assert len(lines) == height
        assert max(cell_width(line) for line in lines) <= width
        assert not any(control in line for line in lines for control in "\x1b\x07\n\r")
    lines = text(page, crm.clock, 80)
    assert any("5 more" in line for line in lines)
    assert lines[-1].endswith("…")

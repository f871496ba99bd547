"""Headers of other people's files: which field a column holds, told by its name.

Names are compared folded, without punctuation, in the languages of likely exports; a small misspelling is forgiven.
A column may carry a label in its name (``email_work``, ``Phone 2 - Value``), and several columns may hold the same
field. What is not recognised is left out and named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Final

from crm_tui.text import fold

# field: names of it, folded; a field's own name is always one.
_COMMON: Final[dict[str, str]] = {
    "external_id": "id|external id|record id|uid|uuid|guid|object id|record number|nr",
    "created_at": "created|created on|created time|create date|creation date|date created|date added|added on"
    "|first seen"
    "|erstellt am|date de creation|data sozdaniya|olusturma tarihi|yaranma tarixi",
    "note": "notes|background|comment|comments|remark|remarks|memo|about|bio|bemerkung|bemerkungen|notiz|notizen"
    "|zametki|primechanie|kommentarii|kommentariy|not|notlar|qeyd|keyd|aciklama|remarques|notas",
    "tags": "tag|labels|label|categories|category|groups|group|group membership|segments|segment|etiketler|etiket"
    "|schlagworte|gruppen|metki|tegi",
    "source": "lead source|origin|original source|channel|kaynak|menbe|quelle|istochnik|how did you hear about us",
}
_ARCHIVED: Final = "archived on"
_PERSON: Final[dict[str, str]] = {
    **_COMMON,
    "external_id": _COMMON["external_id"] + "|contact id|person id|customer id|client id|lead id|user id",
    "name": "full name|fullname|contact|contact name|display name|displayname|person|person name|customer"
    "|customer name"
    "|client|client name|lead name|people|ad soyad|adi soyadi|ad ve soyad|fio|imya i familiya|polnoe imya"
    "|vollstandiger name"
    "|nom complet|nombre completo|nome completo|imie i nazwisko|soyad ad",
    "given_name": "first name|firstname|first|given|givenname|forename|vorname|imya|ad|isim|prenom|nombre|nome"
    "|imie|ati|esim",
    "middle_name": "middle name|middlename|middle|additional name|otchestvo|ata adi",
    "family_name": "last name|lastname|last|surname|family|familyname|nachname|familiya|soyad|soyadi|soyisim"
    "|nom|nom de famille"
    "|apellido|apellidos|cognome|nazwisko|tegi zhoni|tek",
    "company": "company name|organization|organisation|organization name|organisation name|account|account name"
    "|employer"
    "|associated company|firma|firma adi|firmenname|unternehmen|kompaniya|organizatsiya|sirket|sirket adi"
    "|sirketi|entreprise"
    "|societe|empresa|azienda|shirket",
    "title": "job title|jobtitle|position|role|job|occupation|function|unvan|gorev|vezife|dolzhnost|beruf|stellung"
    "|fonction|puesto|cargo|stanowisko|organization title",
    "lifecycle": "lifecycle stage|contact type|relationship",
    "emails": "email|e mail|mail|email address|e mail address|mail address|emailaddress|eposta|e posta"
    "|e posta adresi|elektron poct"
    "|epoct|pochta|elektronnaya pochta|e mail adresse|correo|correo electronico|courriel|adres email|e mail 1 value",
    "phones": "phone|telephone|tel|mobile|cell|cellphone|cell phone|mobile phone|phone number|telephone number"
    "|mobile number"
    "|whatsapp|fax|telefon|telefonnummer|handy|mobil|telefon numarasi|cep|cep telefonu|telefon nomresi|nomre"
    "|mobil telefon"
    "|nomer telefona|mobilnyy|mobilnyi|telephone portable|portable|telefono|movil|celular|cellulare|komorka"
    "|business phone",
    "address": "address|full address|postal address|mailing address|adresse|adres|unvan adres|unvani|adress|direccion"
    "|indirizzo|home address|work address|business address",
    "street": "street|street address|address line|address line 1|address 1|address line 2|address 2|strasse"
    "|ulitsa|sokak|cadde|rue|kuce",
    "city": "city|town|ort|stadt|gorod|sehir|seher|ville|ciudad|miasto|citta",
    "region": "state|province|region|county|bundesland|oblast",
    "postcode": "zip|zip code|zipcode|postcode|postal code|plz|postleitzahl|indeks|posta kodu|poct indeksi"
    "|code postal|kod pocztowy",
    "country": "country|land|strana|ulke|olke|pays|pais|kraj",
    "urls": "url|website|web site|web page|homepage|linkedin|linkedin url|linkedin profile|twitter|facebook"
    "|instagram|github"
    "|profile url|web|sayt|internet sitesi|webseite",
    "ims": "im|skype|telegram|signal|wechat|icq|messenger|viber",
    "birthday": "birth date|birthdate|date of birth|dob|bday|geburtstag|geburtsdatum|dogum tarihi|dogum gunu"
    "|ad gunu|dogulduku tarix"
    "|data rozhdeniya|den rozhdeniya|anniversaire|date de naissance|fecha de nacimiento|data urodzenia",
    "language": "lang|preferred language|sprache|dil|yazyk|langue|idioma|locale",
    "timezone": "time zone|tz|zeitzone",
    "cadence_days": "cadence|keep in touch|contact every|stay in touch",
    "last_contacted_on": "last contacted|last contact|last contact date|last contacted at|last contacted on"
    "|last touch",
    "opted_out_on": "opted out|opt out date|unsubscribed on|unsubscribed at",
    "referred_by": "referrer|referral|referred by|introduced by|empfohlen von",
    "dates": "anniversary|wedding anniversary|wedding date|wedding day|hochzeitstag|hochzeitsdatum|evlilik yildonumu"
    "|godovshchina svadby",
    "relations": "spouse|spouse name|spouses name|ehepartner|conjoint|conyuge|suprug|supruga",
    "archived_at": _ARCHIVED,
}  # fmt: skip
_COMPANY: Final[dict[str, str]] = {
    **{name: _COMMON[name] for name in ("created_at", "note", "tags")},
    "external_id": _COMMON["external_id"] + "|company id|organization id|organisation id|account id",
    "name": "company|company name|organization|organisation|organization name|account|account name|firma"
    "|firmenname|kompaniya"
    "|sirket|sirket adi|unternehmen|entreprise|empresa|azienda",
    "domain": "company domain|company domain name|web domain|email domain",
    "industry": "sector|branch|branche|otrasl|sektor|sahe|secteur|industria",
    "size": "employees|number of employees|company size|headcount|mitarbeiter|anzahl mitarbeiter|calisan sayisi",
    "website": "url|web|web site|website url|homepage|company website|sayt|webseite",
    "emails": _PERSON["emails"],
    "phones": _PERSON["phones"],
    "address": _PERSON["address"],
    "street": _PERSON["street"],
    "city": _PERSON["city"],
    "region": _PERSON["region"],
    "postcode": _PERSON["postcode"],
    "country": _PERSON["country"],
    "parent": "parent company|parent account|parent organization|holding",
    "archived_at": _ARCHIVED,
}
_DEAL: Final[dict[str, str]] = {
    **{name: _COMMON[name] for name in ("tags", "source")},
    "external_id": _COMMON["external_id"] + "|deal id|opportunity id",
    "title": "name|deal|deal name|deal title|opportunity|opportunity name|subject|sdelka|nazvanie|firsat|baslik"
    "|geschaft",
    "contact": "contact name|contact email|person|person name|email|e mail|customer|client|kontakt|kisi"
    "|primary contact"
    "|associated contact",
    "company": _PERSON["company"],
    "pipeline": "deal pipeline|sales pipeline|trichter",
    "stage": "deal stage|stage name|phase|etap|asama|merhele|stadiya|pipeline stage",
    "status": "deal status|won lost",
    "amount": "value|deal value|deal amount|price|total|close value|revenue|sum|amount in company currency"
    "|summa|tutar|mebleg|betrag|wert"
    "|montant|importe|kwota",
    "currency": "currency code|deal currency|para birimi|valyuta|wahrung|devise|moneda|waluta",
    "probability": "win probability|probability percent|deal probability|chance|likelihood",
    "expected_close_on": "expected close|expected close date|expected closing|estimated close date"
    "|forecast close date|target date",
    "closed_on": "closed|closed date|closed at|won date|lost date|won time|lost time|deal closed time"
    "|actual close date",
    "close_on": "close date|closing date|deal close date",
    "lost_reason": "loss reason|reason lost|closed lost reason|reason|deal lost reason",
    "lost_note": "loss note|lost details",
    "archived_at": _ARCHIVED,
    "created_at": _COMMON["created_at"] + "|engage date|deal created|open date|opened on",
}
_FOLLOWUP: Final[dict[str, str]] = {
    "created_at": _COMMON["created_at"],
    "external_id": _COMMON["external_id"] + "|task id|activity id",
    "title": "task|subject|name|summary|what|todo|to do|activity|aufgabe|zadacha|gorev|tapsirik|description",
    "due_on": "due|due date|date|deadline|when|due at|reminder|faellig|fallig am|srok|son tarih|termin",
    "due_time": "time|due time|at",
    "contact": "contact|contact name|contact email|person|email|with|for|customer|client|kontakt",
    "deal": "deal name|deal title|opportunity",
    "priority": "importance|prioritat|oncelik",
    "repeat": "recurrence|rrule|repeats|every",
    "repeat_from": "repeat from",
    "status": "state|done|completed",
    "done_at": "done at|completed at|completed on|done on|date completed",
}
_INTERACTION: Final[dict[str, str]] = {
    "created_at": _COMMON["created_at"],
    "external_id": _COMMON["external_id"] + "|activity id|call id|message id",
    "kind": "type|activity type|interaction type|channel|art|tip",
    "direction": "in out|inbound outbound",
    "occurred_at": "date|when|datetime|date time|timestamp|occurred|occurred on|activity date|start|start time"
    "|datum|data|tarih",
    "summary": "subject|title|topic|what|name|betreff|tema|konu|movzu",
    "body": "text|content|details|description|notes|note|message|comment|comments|beschreibung",
    "duration_minutes": "duration|minutes|duration in minutes|length",
    "contacts": "contact|contact name|contact email|person|email|emails|people|participants|attendees|with|who"
    "|kontakt",
    "deal": "deal name|deal title|opportunity",
}
_PRODUCT: Final[dict[str, str]] = {
    "created_at": _COMMON["created_at"],
    "external_id": _COMMON["external_id"] + "|product id|item id|variant id",
    "sku": "product sku|item sku|variant sku|product code|item code|code|article|article number|article no"
    "|artikelnummer|part number|stok kodu|artikul",
    "name": "product|product name|title|item|item name|service|produkt|artikel|urun|urun adi|mehsul|tovar|nazvanie"
    "|description",
    "price": "unit price|sale price|net price|list price|regular price|variant price|cost|rate|preis|einzelpreis|fiyat"
    "|qiymet|tsena",
    "currency": "currency code|price currency|para birimi|valyuta|wahrung|devise|moneda|waluta",
    "warranty_months": "warranty|guarantee|garantie|garanti|zemanet|garantiya",
    "reorder_days": "reorder|reorder after|lifespan days|consumed in",
    "archived_at": _ARCHIVED,
}
_BUYER: Final = (
    "contact name|contact email|customer|customer name|customer email|client|client name|client email|buyer|buyer name"
    "|buyer email|billing name|billing email|bill to|email|e mail|email address|person|kunde|musteri|pokupatel|klient"
)
_INVOICE: Final[dict[str, str]] = {
    "created_at": "record created|entered at",
    "external_id": _COMMON["external_id"] + "|invoice id|order id",
    "number": "invoice number|invoice no|invoice|order number|order no|order name|order|bill number|bill no"
    "|receipt number|rechnungsnummer|rechnung|bestellnummer|fatura no|fatura|siparis no|nomer scheta|nomer zakaza",
    "contact": _BUYER,
    "company": "company name|organization|organisation|billing company|account|account name|business name|firma|sirket"
    "|unternehmen|kompaniya",
    "deal": "deal name|deal title|opportunity",
    "issued_on": "issued|issue date|invoice date|order date|date|date issued|date created|created at|created|sale date"
    "|purchase date|placed at|rechnungsdatum|bestelldatum|datum|tarih|tarix|data",
    "due_on": "due|due date|payment due|payment due date|payable by|next payment due at|faellig|faellig am"
    "|zahlbar bis|vade|son odeme tarihi|srok oplaty",
    "currency": "currency code|invoice currency|order currency|para birimi|valyuta|wahrung|devise|moneda|waluta",
    "voided_on": "voided|void date|cancelled at|canceled at|cancelled on|canceled on|date cancelled",
    "status": "invoice status|order status|financial status|payment status|state|durum",
    "sku": "item sku|product sku|line sku|lineitem sku|variant sku|product code|item code|article number|artikelnummer"
    "|stok kodu|artikul",
    "product": "product name|item|item name|line item|lineitem name|article|artikel|produkt|urun|mehsul|tovar",
    "description": "item description|line description|details|beschreibung|aciklama|opisanie",
    "quantity": "qty|item quantity|line quantity|lineitem quantity|units|count|hours|menge|anzahl|adet|miqdar"
    "|kolichestvo",
    "unit_price": "price|price each|item price|item cost|lineitem price|unit cost|rate|net price|unit price net"
    "|price excluding tax|price excl tax|price ex vat|einzelpreis|nettopreis|birim fiyat|fiyat|qiymet|tsena",
    "unit_price_gross": "gross price|unit price gross|price including tax|price incl tax|price inc vat|price with tax"
    "|bruttopreis",
    "line_total": "line amount|amount|item total|line subtotal|line net|net amount|total price|order line total|betrag"
    "|tutar|mebleg|summa",
    "discount": "line discount|item discount|lineitem discount|rabatt|indirim|endirim|skidka",
    "discount_percent": "discount rate|discount pct|rabatt prozent",
    "tax_percent": "tax rate|vat rate|vat percent|gst rate|tax pct|mwst satz|ust satz|kdv orani|stavka nds",
    "tax_amount": "tax|line tax|item tax|vat|vat amount|gst|sales tax|mwst|ust|kdv|edv|nds",
    "shipping": "shipping cost|shipping amount|shipping total|order shipping|order shipping amount|shipping price"
    "|postage|delivery|delivery cost|versand|versandkosten|kargo",
    "order_discount": "discount amount|discount total|total discount|order discount|cart discount"
    "|cart discount amount",
    "order_tax": "taxes|tax total|total tax|order tax|order total tax|order total tax amount|invoice tax",
    "total": "order total|grand total|invoice total|total amount|order total amount|order amount|gesamtbetrag|toplam"
    "|itogo|yekun",
    "paid": "paid amount|amount paid|total paid|received",
    "paid_on": "paid at|paid date|date paid|payment date|bezahlt am|odeme tarihi",
    "outstanding": "outstanding balance|balance due|amount due|open amount|unpaid",
    "refunded": "refunded amount|refund amount|order refund amount|total refunded",
    "method": "payment method|payment method title|payment type|paid with|paid by|zahlungsart|odeme yontemi",
    "reference": "payment reference|transaction|transaction id|payment id",
}
_PAYMENT: Final[dict[str, str]] = {
    "created_at": "record created|entered at",
    "external_id": _COMMON["external_id"] + "|payment id|transaction id|transfer id|charge id",
    "invoice": "invoice number|invoice no|invoice id|order|order number|order no|order id|order name|number|bill number"
    "|rechnungsnummer|rechnung|fatura no|fatura|nomer scheta",
    "paid_on": "date|day|paid at|paid|paid date|payment date|date paid|value date|booking date|received on|created at"
    "|created|zahlungsdatum|buchungstag|valuta|datum|tarih|tarix|data",
    "amount": "payment|payment amount|paid amount|amount paid|sum|total|value|gross|betrag|tutar|mebleg|summa",
    "currency": "currency code|payment currency|para birimi|valyuta|wahrung|devise|moneda|waluta",
    "method": "payment method|payment type|type|gateway|how|zahlungsart|odeme yontemi",
    "reference": "payment reference|transaction|note|memo|purpose|description|verwendungszweck|referans",
}
_OWN_EXTRAS: Final = frozenset({"updated_at", "archived_at", "custom"})

FIELDS: Final[Mapping[str, Mapping[str, str]]] = {
    "contacts": _PERSON,
    "companies": _COMPANY,
    "deals": _DEAL,
    "followups": _FOLLOWUP,
    "interactions": _INTERACTION,
    "products": _PRODUCT,
    "invoices": _INVOICE,
    "payments": _PAYMENT,
}
# Columns of the program's own exports that follow from others, and those a rejects file adds: passed over in silence.
DERIVED: Final[Mapping[str, frozenset[str]]] = {
    "contacts": frozenset({"company_id", "referred_by_id", "next_touch_on", "updated_at"}),
    "companies": frozenset({"parent_id", "updated_at"}),
    "deals": frozenset({"contact_id", "company_id", "stage_id", "weighted", "updated_at"}),
    "followups": frozenset({"contact_id", "deal_id", "overdue_days", "series_id", "updated_at"}),
    "interactions": frozenset({"contact_ids", "deal_id", "updated_at"}),
    "products": frozenset({"updated_at"}),
    "invoices": frozenset(
        {"contact_id", "company_id", "deal_id", "net", "tax", "balance", "overdue_days", "updated_at"}
    ),
    "payments": frozenset({"invoice_id", "contact", "contact_id", "company", "company_id", "updated_at"}),
}
# of these the words that also stand for something in files of others, where the rest is not beside them
_WORDS: Final[Mapping[str, frozenset[str]]] = {
    "invoices": frozenset({"net", "tax", "balance", "contact_id", "company_id", "deal_id", "overdue_days"}),
    "payments": frozenset({"contact", "company", "invoice_id"}),
}
_ONLY_OWN: Final[Mapping[str, frozenset[str]]] = {
    "invoices": frozenset({"total", "paid", "status", "line", "line_net", "line_tax"}),
}
"""What follows from other columns in an own export, and is a field in files of others."""
REJECT_COLUMNS: Final = ("reject_line", "reject_column", "reject_reason")
LABELS: Final = frozenset({
    "emails.label", "phones.label", "address.label", "urls.label", "ims.label", "dates.label",
    "relations.label",
})  # fmt: skip
"""What a recipe calls the columns in which the labels of other columns are."""
MANY: Final = frozenset({
    "emails", "phones", "urls", "ims", "tags", "contacts", "note", "street", "dates", "relations",
})  # fmt: skip
"""Fields that several columns may fill together; of the others the first cell with something in it counts."""
_LABELLED: Final = ("emails", "phones", "address", "urls")
_LABELS: Final[Mapping[str, str]] = {"dates": "anniversary", "relations": "spouse"}
"""Fields whose names in headers all say the same label; what is only like one of them is not guessed to be it."""
_SHARES: Final[Mapping[str, str]] = {"discount": "discount_percent", "tax_amount": "tax_percent"}
_NOISE = re.compile(r"\b(?:value|number|no|nr|[0-9]+)\b")
LABEL_WORDS: Final[Mapping[str, str]] = {
    "work": "work", "business": "work", "office": "work", "company": "work", "direct": "work", "home": "home",
    "private": "home", "personal": "home", "mobile": "mobile", "cell": "mobile", "other": "other", "fax": "fax",
    "main": "main", "primary": "main", "secondary": "other", "alternative": "other", "alternate": "other",
    "whatsapp": "whatsapp", "assistant": "assistant", "handy": "mobile", "mobil": "mobile", "cep": "mobile",
    "linkedin": "linkedin", "twitter": "twitter", "facebook": "facebook", "instagram": "instagram", "github": "github",
    "skype": "skype", "telegram": "telegram", "signal": "signal", "website": "website", "arbeit": "work",
    "privat": "home", "is": "work", "ev": "home", "mailing": "mailing", "billing": "billing", "shipping": "shipping",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Target:
    """What a column holds.

    Attributes:
        field: the field.
        label: the label of what is in it, such as work.
        guessed: its name was misspelt.
        number: the number in its name that tells which columns belong together.
    """

    field: str
    label: str | None = None
    guessed: bool = False
    number: str = ""


@dataclass(frozen=True, slots=True)
class Recognised:
    """What the columns of a header hold, by their place; those not recognised are None."""

    targets: tuple[Target | None, ...]

    def fields(self) -> set[str]:
        """Every field that some column holds."""
        return {target.field for target in self.targets if target is not None}


def key(header: str) -> str:
    """A header as it is compared: folded words, one space between them."""
    # CamelCase and letters run together with digits are words too
    parted = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", header)
    return " ".join(re.findall(r"[a-z0-9]+", fold(parted)))


def derived(kind: str, header: Sequence[str]) -> frozenset[str]:
    """The columns of a header that follow from others because the program itself wrote them."""
    if DERIVED[kind] <= {name.strip() for name in header}:
        return DERIVED[kind] | _ONLY_OWN.get(kind, frozenset())
    return DERIVED[kind] - _WORDS.get(kind, frozenset())


def recognise(kind: str, header: Sequence[str], custom: Sequence[str] = ()) -> Recognised:
    """Find out what each column holds.

    Args:
        kind: the plural of what the rows are.
        header: the header's names.
        custom: keys of the custom fields of that kind.
    """
    names = _names(kind)
    follows = derived(kind, header)
    targets: list[Target | None] = []
    for name in header:
        plain = name.strip()
        folded = key(plain)
        if plain in follows or plain in REJECT_COLUMNS or not folded:
            targets.append(None)
        elif plain.lower() in custom:
            targets.append(Target(plain.lower()))
        elif plain in names.values():
            targets.append(Target(plain, _label(folded) if plain in _LABELLED else None))
        else:
            targets.append(_in_percent(plain, _target(folded, names)))
    return Recognised(tuple(_without_guesses_at_the_known(targets)))


def silent(kind: str, name: str, header: Sequence[str] = ()) -> bool:
    """Whether a column of a header that is not recognised need not be mentioned."""
    return (
        name.strip() in derived(kind, header)
        or name.strip() in REJECT_COLUMNS
        or name.strip() in _OWN_EXTRAS
        or not key(name)
    )


def _in_percent(header: str, target: Target | None) -> Target | None:
    """``Discount %`` is a share, not an amount."""
    share = _SHARES.get(target.field) if target is not None and "%" in header else None
    return replace(target, field=share) if target is not None and share is not None else target


def _target(folded: str, names: Mapping[str, str]) -> Target | None:
    # LinkedIn and WhatsApp are one word in two capitals
    joined = folded.replace(" ", "")
    folded = joined if folded not in names and joined in names else folded
    found = names.get(folded) or _by_parts(folded, names)
    if found:
        by_name = _LABELS.get(found) if found not in folded.split() else None
        return Target(found, _label(folded) if found in _LABELLED else by_name)
    near = _misspelt(folded, names)
    return Target(names[near], guessed=True) if near and names[near] not in _LABELS else None


def _misspelt(folded: str, names: Mapping[str, str]) -> str | None:
    """The name meant by one with a slip of the fingers; short words are too alike to guess at."""
    from difflib import get_close_matches

    if len(folded) < 5:
        return None
    close = get_close_matches(folded, names, n=1, cutoff=0.84)
    letters = sorted(folded)
    return close[0] if close else next((name for name in names if sorted(name) == letters), None)


def _by_parts(folded: str, names: Mapping[str, str]) -> str | None:
    """``email work``, ``phone 2 value``, ``work phone``: a field's name and words that only tell it apart."""
    core = " ".join(_NOISE.sub(" ", folded).split())
    if core and core != folded and core in names:
        return names[core]
    words = core.split()
    rest = " ".join(word for word in words if word not in LABEL_WORDS)
    if rest and rest != core and names.get(rest) in _LABELLED:
        return names[rest]
    return None


def _label(folded: str) -> str | None:
    return next((LABEL_WORDS[word] for word in folded.split() if word in LABEL_WORDS), None)


def _without_guesses_at_the_known(targets: Sequence[Target | None]) -> list[Target | None]:
    sure = {target.field for target in targets if target is not None and not target.guessed}
    return [
        None if target is not None and target.guessed and target.field in sure - MANY else target
        for target in targets
    ]


@cache
def _names(kind: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, synonyms in FIELDS[kind].items():
        found[key(field)] = field
        for synonym in synonyms.split("|"):
            # synonyms of several fields go to the first that lists them
            found.setdefault(key(synonym), field)
    return found

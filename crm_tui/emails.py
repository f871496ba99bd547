"""E-mail and web addresses as match keys.

One rule: a key is for comparing, never for showing or writing to; the address stays stored as typed. A shared
mailbox (info@) has a key like any other, but never identifies a person alone.
"""

from __future__ import annotations

import re
from typing import Final

_LONGEST: Final = 254  # octets: RFC 5321 section 4.5.3.1.3, less the angle brackets
_LONGEST_LOCAL: Final = 64  # octets: RFC 5321 section 4.5.3.1.1
_LONGEST_TYPED: Final = 1000  # characters; more than any address with a display name

# An address in lower case: a local part without RFC 5322's specials, a domain of at least two labels, the
# last of them not a number. "/@" is refused because profile links look like that (medium.com/@ann.lee).
_ASCII = re.compile(
    r"(?!')[^\x00-\x20\x7f@<>()\[\],;:\"\\]{1,64}(?<!/)@(?:[a-z0-9_-]+\.)+(?![0-9]+\Z)[a-z0-9-]{2,63}"
)
_HIDDEN: Final = (
    r"\x7f-\xa0\xad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
)
_LABEL: Final = rf"[^\s\x00-,/:-@\[-^`\{{-\x7e.{_HIDDEN}]"
# The rest is rarely needed, so it stays text that ``re`` compiles and keeps on first use.
_ANY: Final = (
    rf"([^\s\x00-\x20@<>()\[\],;:\"\\{_HIDDEN}]{{1,64}})(?<!/)@((?:{_LABEL}+\.)+(?![0-9]+\Z){_LABEL}{{2,63}})"
)
_INVISIBLE: Final = "[\xad\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]"
_NAMED: Final = r"[^<>]*<([^<>]*)>\s*"
_SCHEME: Final = r"(?i:(?:https?:)?//|https?:)"

# Mailboxes of a function, without separators and digits, in the words of the user's countries.
_SHARED_NAMES: Final = """
info information office sales sale contact contacts contactus hello hi hey admin administrator
administration support mail email team all billing noreply donotreply help helpdesk service services
customerservice customercare care client clients enquiries enquiry inquiries inquiry accounts accounting
accountspayable accountsreceivable finance invoice invoices invoicing payment payments order orders
shop store marketing press media pr hr jobs job career careers recruitment recruiting reception frontdesk
booking bookings reservation reservations events legal privacy gdpr security abuse postmaster webmaster
hostmaster root newsletter news notifications notification feedback general management secretary purchasing
procurement export import logistics it web website online partners partner mailerdaemon bounce bounces
kontakt buero büro post vertrieb verkauf rechnung rechnungen buchhaltung anfrage anfragen einkauf bestellung
bestellungen zentrale empfang bewerbung verwaltung hallo kundenservice kundendienst sekretariat praxis
redaktion
bonjour accueil vente ventes commercial facturation comptabilite comptabilité secretariat secrétariat
direction serviceclient serviceclients rh commande commandes achats recrutement equipe équipe
contacto hola ventas oficina correo facturacion facturación administracion administración soporte atencion
atención atencionalcliente pedidos compras contabilidad equipo recepcion recepción reservas rrhh gerencia
инфо офис продажи заказ заказы почта поддержка бухгалтерия приемная приёмная реклама отдел контакт
prodazhi prodaji zakaz zakazy ofis pochta buh buhgalter buhgalteria buhgalteriya bux sekretar priem
priemnaya reklama snab zakupki kadry otdel podderzhka zayavka sbyt opt
bilgi satis satiş destek iletisim iletişim muhasebe siparis sipariş merhaba fatura insankaynaklari
yonetim yönetim rezervasyon ihracat ithalat
melumat məlumat satish elaqe əlaqə destək muhasibat mühasibat sifaris sifariş qebul qəbul teklif təklif
xidmet xidmət
biuro sklep sprzedaz zamowienia ufficio vendite segreteria amministrazione ordini contato vendas atendimento
financeiro
"""
_SHARED = frozenset(_SHARED_NAMES.split())
# A capital I of Turkish or Azerbaijani comes back as i, so ı counts as i.
_BARE = str.maketrans("ı", "i", ".-_0123456789")

_PUBLIC_DOMAINS: Final = """
126.com 139.com 163.com 189.cn abv.bg aim.com alice.it aol.com aon.at arcor.de att.net autorambler.ru
azet.sk bbox.fr bell.net bellsouth.net bigmir.net bigpond.com bigpond.net.au bk.ru bluewin.ch
blueyonder.co.uk bol.com.br box.az btinternet.com btopenworld.com centrum.cz centurylink.net charter.net
chello.at citromail.hu comcast.net cox.net daum.net day.az disroot.org duck.com earthlink.net eircom.net
email.com email.cz email.de email.ua fastmail.com fastmail.fm foxmail.com free.fr freemail.hu freenet.de
frontier.com gazeta.pl globo.com gmail.com googlemail.com hanmail.net hetnet.nl hey.com hispeed.ch home.nl
hot.ee hushmail.com i.ua icloud.com ig.com.br iinet.net.au inbox.lt inbox.lv inbox.ru interia.eu interia.pl
internet.ru kabelmail.de kpnmail.nl laposte.net lenta.ru libero.it list.ru mac.com mail.az mail.bg mail.by
mail.com mail.de mail.ee mail.kz mail.ru mailbox.org me.com meta.ua msn.com mynet.com narod.ru nate.com
naver.com neuf.fr ntlworld.com numericable.fr o2.pl onet.eu onet.pl online.de online.no op.pl optonline.net
optusnet.com.au orange.fr passport.com planet.nl pm.me pochta.ru poczta.fm post.cz posteo.de posteo.net
proton.me protonmail.ch protonmail.com qq.com rambler.ru rediffmail.com riseup.net ro.ru rocketmail.com
rogers.com sbcglobal.net seznam.cz sfr.fr shaw.ca sina.cn sina.com sky.com skynet.be sohu.com spectrum.net
sunrise.ch sympatico.ca t-online.de talktalk.net telefonica.net telenet.be telia.com telus.net terra.com.br
terra.es tin.it tiscali.co.uk tiscali.it tlen.pl tut.by tuta.com tuta.io tutanota.com tutanota.de ukr.net
uol.com.br verizon.net videotron.ca virgilio.it virginmedia.com vk.com volny.cz vp.pl wanadoo.fr web.de
windstream.net wp.pl xs4all.nl xtra.co.nz ya.ru yeah.net ymail.com ziggo.nl zoho.com zohomail.com
zohomail.eu zoznam.sk
"""
_PUBLIC = frozenset(_PUBLIC_DOMAINS.split())
# Providers with a domain in nearly every country (yahoo.co.uk, live.fr).
_PUBLIC_BRAND: Final = r"(?:yahoo|hotmail|live|outlook|yandex|gmx)\.(?:[a-z]{2,3}|com?\.[a-z]{2})"


def email_key(s: str) -> str | None:
    """The match key of an e-mail address, or None when the text is not exactly one.

    ``mailto:``, ``Name <address>`` and quotes around it are taken off. The local part is case-folded, the
    domain put in lower case and otherwise kept as typed (an international one is not turned into punycode).
    A domain needs a dot: ``root@localhost`` is another mailbox on every machine.
    """
    if len(s) > _LONGEST_TYPED:
        return None
    plain = s.strip().lower()
    if plain.isascii() and _ASCII.fullmatch(plain):
        return plain if len(plain) <= _LONGEST else None
    return _unusual_key(s)


def _unusual_key(s: str) -> str | None:
    """The key of an address that is wrapped in something, or not in ASCII."""
    from unicodedata import normalize

    text = re.sub(_INVISIBLE, "", s).strip()
    if named := re.fullmatch(_NAMED, text):
        text = named[1].strip()
    if text[:7].lower() == "mailto:":
        text = text[7:].partition("?")[0]
    text = text.strip(" \t'\"").rstrip(".,;")
    match = re.fullmatch(_ANY, normalize("NFC", text))
    if match is None:
        return None
    # A capital İ folds to i and a combining dot, which nobody's mailbox has.
    local = normalize("NFC", match[1].casefold().replace("i\u0307", "i"))
    domain = normalize("NFC", match[2].lower().replace("i\u0307", "i"))
    key = f"{local}@{domain}"
    if len(local.encode()) > _LONGEST_LOCAL or len(key.encode()) > _LONGEST:
        return None
    return key


def is_shared_email(key: str) -> bool:
    """Whether an ``email_key`` is the mailbox of a function (info@, sales2@, no-reply@), not of a person."""
    local = key.rpartition("@")[0].partition("+")[0]
    return local in _SHARED or local.translate(_BARE) in _SHARED


def domain_of(email_key: str) -> str:
    """The domain of an ``email_key``."""
    return email_key.rpartition("@")[2]


def is_public_mail_domain(domain: str) -> bool:
    """Whether anyone can have a mailbox there, so that the domain says nothing about an employer."""
    domain = domain.lower()
    return domain in _PUBLIC or re.fullmatch(_PUBLIC_BRAND, domain) is not None


def url_key(s: str) -> str:
    """The match key of a web address: host in lower case, then path and query as typed.

    Left out: the scheme of the web, ``www.``, a default port, the fragment, and slashes at the end. Empty
    when nothing else was there.
    """
    text = re.sub(_INVISIBLE, "", s).strip()
    if scheme := re.match(_SCHEME, text):
        text = text[scheme.end() :].lstrip("/")
    text = text.partition("#")[0]
    end = next((i for i, char in enumerate(text) if char in "/?"), len(text))
    host = text[:end].lower().rstrip(".").removesuffix(":80").removesuffix(":443")
    while host.startswith("www."):
        host = host[4:]
    return (host + text[end:]).rstrip("/?")

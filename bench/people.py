"""A file of invented people, the same for the same seed: names in several scripts, companies, phones, notes."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from anyascii import anyascii

SEED: Final = 20260302
HEADER: Final = (
    "first_name", "last_name", "email", "phone", "company", "job_title", "tags", "source", "birthday", "notes",
)  # fmt: skip
# given names, family names, calling code and digits of a number
PLACES: Final = (
    ("Elvin Aysel Rəşad Günel Orxan Nigar Tural Ləman Fuad Sevinc Əli Könül Kamran Xədicə Vüsal Şəbnəm",
     "Məmmədov Əliyev Hüseynov Quliyev İsmayılov Həsənov Rzayev Abdullayev Səfərov Cəfərov Babayev Novruzov",
     "+99450", 7),
    ("Ayşe Mehmet Işıl Gökhan Şule Çağrı Özlem Tuğba Emre Zeynep İbrahim Ümit Hülya Yiğit Elif Burak",
     "Yılmaz Kaya Demir Çelik Şahin Öztürk Işık Aydın Yıldız Arslan Doğan Koç Güneş Şimşek Çakır Kılıç",
     "+9053", 8),
    ("Әлия Нұрлан Айгүл Ерлан Жанар Қайрат Гүлнәр Бауыржан Сәуле Асхат Динара Марат",
     "Қасымова Ахметов Сәрсенбаев Нұрғалиева Жұмабаев Оспанов Төлегенова Әбдірахманов Смағұлов Байжанова",
     "+7701", 7),
    ("Иван Мария Сергей Ольга Дмитрий Наталья Алексей Екатерина Игорь Светлана Юрий Щербина",
     "Иванов Петрова Сидоров Кузнецова Смирнов Попова Васильев Соколова Михайлов Новикова Фёдоров Щукина",
     "+7916", 7),
    ("Jürgen Anna Björn Käthe Lukas Sophie Günther Lena Matthias Ursula Felix Jörg",
     "Müller Schmidt Weiß Großmann Schröder Fischer Bäcker Hoffmann Schäfer Köhler Krüger Böhm",
     "+4915", 9),
    ("Łukasz Anna Michał Małgorzata Paweł Agnieszka Krzysztof Żaneta Jakub Zofia Stanisław Ewa",
     "Kowalski Nowak Wiśniewski Wójcik Kamiński Zieliński Szymański Woźniak Dąbrowski Kozłowski Jankowski",
     "+4860", 7),
    ("James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara Richard Susan O'Brien",
     "Smith Johnson Williams Brown Jones Garcia Miller Davis Wilson Anderson Thomas Taylor Moore O'Connor",
     "+1415", 7),
)  # fmt: skip
_SYLLABLES: Final = (
    "ba", "de", "ka", "lo", "mi", "na", "ro", "sa", "te", "vi", "zu", "ler", "man", "ov", "ski", "dze", "oğlu", "ian",
    "sen", "berg", "ton",
)  # fmt: skip
_TITLES: Final = (
    "Buyer",
    "Owner",
    "Head of sales",
    "Accountant",
    "Engineer",
    "Designer",
    "Director",
    "Office manager",
)
_TAGS: Final = ("vip", "newsletter", "fair-2026", "supplier", "press", "partner", "cold", "warm")
_SOURCES: Final = ("fair", "website", "referral", "cold call", "linkedin", "shop")
_TRADES: Final = (
    "Foods",
    "Logistics",
    "Studio",
    "Labs",
    "Trading",
    "Bau",
    "Media",
    "Textile",
    "Print",
    "Energy",
)
_NOTES: Final = (
    "Met at the fair in spring", "asked for the price list", "wants an offer for the catalogue", "prefers e-mail",
    "pays late but pays", "knows the owner of the print shop", "call after lunch", "moved to the new office",
    "interested in the yearly contract", "speaks some German", "sent samples", "introduced by a colleague",
)  # fmt: skip
_MAIL: Final = (
    "gmail.com",
    "mail.ru",
    "yahoo.com",
    "outlook.com",
    "web.de",
    "wp.pl",
    "example.com",
    "example.org",
)


def rows(count: int, seed: int = SEED) -> Iterator[tuple[str, ...]]:
    """Invented people, as rows under ``HEADER``."""
    rng = random.Random(seed)
    families = [surnames(place[1].split(), rng) for place in PLACES]
    companies = [company(rng) for _ in range(max(10, count // 20))]
    for number in range(count):
        which = rng.randrange(len(PLACES))
        given_names, _, code, digits = PLACES[which]
        given = rng.choice(given_names.split())
        family = rng.choice(families[which])
        yield (
            given,
            family,
            f"{plain(given)}.{plain(family)}{number}@{rng.choice(_MAIL)}" if rng.random() < 0.9 else "",
            f"{code}{rng.randrange(10**digits):0{digits}d}" if rng.random() < 0.85 else "",
            rng.choice(companies) if rng.random() < 0.6 else "",
            rng.choice(_TITLES) if rng.random() < 0.5 else "",
            ";".join(rng.sample(_TAGS, rng.choice((0, 0, 1, 1, 2)))),
            rng.choice(_SOURCES),
            _birthday(rng) if rng.random() < 0.3 else "",
            "; ".join(rng.sample(_NOTES, rng.choice((0, 1, 2, 3)))),
        )  # fmt: skip


def _birthday(rng: random.Random) -> str:
    return f"{rng.randrange(1950, 2005)}-{rng.randrange(1, 13):02d}-{rng.randrange(1, 29):02d}"


def write(path: Path, count: int, seed: int = SEED) -> Path:
    """Write the file unless it is there; returns its path."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_suffix(".part")
        with part.open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file)
            writer.writerow(HEADER)
            writer.writerows(rows(count, seed))
        part.rename(path)
    return path


def surnames(known: list[str], rng: random.Random) -> list[str]:
    """The known family names and as many again and again with a made-up beginning, as rare names are."""
    made = [
        "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(1, 3))).capitalize() for _ in range(3000)
    ]
    return [*known * 60, *(f"{name}{rng.choice(_SYLLABLES)}" for name in made)]


def company(rng: random.Random) -> str:
    """An invented company's name."""
    stem = "".join(rng.choice(_SYLLABLES) for _ in range(rng.randint(2, 3))).capitalize()
    return f"{stem} {rng.choice(_TRADES)}"


def plain(name: str) -> str:
    """A name as people write it into an address."""
    return "".join(each for each in anyascii(name).lower() if each.isalnum())

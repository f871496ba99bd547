"""The configuration: one TOML file, read into one checked record; every setting has a default.

The settings are declared once, in ``SETTINGS``; reading, ``crm config`` and the documentation follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, NamedTuple

from crm_tui.errors import InvalidDataError, UsageError
from crm_tui.locations import territory


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """What the person has set; ``path`` is where it was read from or would be written."""

    path: Path | None = None
    base_currency: str = "EUR"
    region: str = "US"
    timezone: str | None = None
    own_emails: tuple[str, ...] = ()
    default_pipeline: str | None = None
    remind_days: int = 0
    invoice_number: str = "{year}-{n:03}"
    payment_days: int = 14
    silent_days: int = 0
    reorder_lead_days: int = 0
    tax_percent: str | None = None
    business_name: str | None = None
    business_address: tuple[str, ...] = ()
    business_tax_id: str | None = None
    business_payment: tuple[str, ...] = ()
    invoice_font: str | None = None
    account_receivable: str = "Assets:Receivable"
    account_bank: str = "Assets:Bank"
    account_sales: str = "Income:Sales"
    account_tax: str = "Liabilities:Tax"
    notify_command: str | None = None
    mail_to: str | None = None
    mail_from: str | None = None
    smtp_host: str | None = None
    smtp_port: int = 587
    smtp_user: str | None = None
    smtp_password_command: str | None = None
    smtp_security: str = "starttls"
    backup_keep: int = 10
    theme: str = "crm-dark"
    keys: Mapping[str, str] = field(default_factory=dict)


class Setting(NamedTuple):
    """One setting: its name, what it means, and the check that turns a TOML value into the record's."""

    name: str
    help: str
    check: Callable[[Any], Any]


def _text(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise ValueError("is to be a text")
    return value.strip()


def _whole(low: int, high: int) -> Callable[[Any], int]:
    def check(value: Any) -> int:
        if isinstance(value, str) and value.strip().isdecimal():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise ValueError(f"is to be a whole number from {low} to {high}")
        return value

    return check


def _texts(value: Any) -> tuple[str, ...]:
    if isinstance(value, str):
        value = [part for part in value.split(",") if part.strip()]
    if not isinstance(value, list):
        raise ValueError("is to be a list of texts")  # noqa: TRY004 - one error for all wrong settings
    return tuple(_text(part) for part in value)


def _lines(value: Any) -> tuple[str, ...]:
    """The lines of a text: as a list, or parted by line ends or semicolons."""
    if isinstance(value, str):
        value = [part for line in value.splitlines() for part in line.split(";") if part.strip()]
    return _texts(value)


def _currency(value: Any) -> str:
    from crm_tui.money import check_currency

    return check_currency(_text(value))


def _region(value: Any) -> str:
    text = _text(value).upper()
    if len(text) != 2 or not text.isascii() or not text.isalpha():
        raise ValueError("is to be a country of two letters, such as DE")
    return text


def _zone(value: Any) -> str:
    from crm_tui.dates import Clock

    name = _text(value)
    Clock.system(name)
    return name


def _one_of(*choices: str) -> Callable[[Any], str]:
    def check(value: Any) -> str:
        if value not in choices:
            raise ValueError(f"is to be one of {', '.join(choices)}")
        return str(value)

    return check


NUMBER_PARTS: Final = r"\{(year|yy|month|n)(?::0?([0-9]{1,2}))?\}"
"""What a pattern of numbers is made of besides its own text: a word, and for n how many digits at least."""


def _number(value: Any) -> str:
    import re

    text = _text(value)
    found = re.findall(NUMBER_PARTS, text)
    rest = re.sub(NUMBER_PARTS, "", text)
    if [word for word, _ in found].count("n") != 1 or "{" in rest or "}" in rest or len(text) > 60:
        raise ValueError("is to hold {n} once, as in {year}-{n:03}; {year}, {yy} and {month} may be with it")
    if any(width and (word != "n" or int(width) > 12) for word, width in found):
        raise ValueError("gives a width to another word than n, or one over 12")
    if not text.isprintable():
        raise ValueError("holds a sign that cannot be printed")
    return text


def _percent(value: Any) -> str:
    from crm_tui.money import parse_percent

    known = isinstance(value, (int, float)) and not isinstance(value, bool)
    return parse_percent(str(value) if known else _text(value), "tax")


def _account(value: Any) -> str:
    import re

    text = _text(value)
    if not re.fullmatch(r"(?:Assets|Liabilities|Equity|Income|Expenses)(?::[A-Z0-9][A-Za-z0-9-]*)+", text):
        raise ValueError("is to be an account like Assets:Bank:Giro")
    return text


PER_PRODUCT: Final = ":{product}"
"""What ends an account below which each product has its own."""


def _sales_account(value: Any) -> str:
    text = _text(value)
    try:
        _account(text.removesuffix(PER_PRODUCT))
    except ValueError as error:
        raise ValueError(f"is to be an account like Income:Sales or Income:Sales{PER_PRODUCT}") from error
    return text


def _keys(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        raise ValueError("is to be a table of action = key")  # noqa: TRY004 - one error for all wrong settings
    found: dict[str, str] = {}
    for name, key in value.items():
        if isinstance(key, dict):
            # contact.add = "n" without quotes is a table in a table
            found |= {f"{name}.{rest}": each for rest, each in _keys(key).items()}
        else:
            found[str(name)] = _text(key)
    return found


SETTINGS: Final = (
    Setting(
        "base_currency", "The currency for amounts typed without one, and for converted totals.", _currency
    ),
    Setting(
        "region", "The country of phone numbers typed without +; the locale's country unless set.", _region
    ),
    Setting("timezone", "An IANA time zone in which days begin and end; the machine's unless set.", _zone),
    Setting("own_emails", "Your own addresses, to tell incoming from outgoing mail.", _texts),
    Setting("default_pipeline", "The pipeline of a new deal; the first one unless set.", _text),
    Setting("remind_days", "How many days ahead crm remind and crm today look.", _whole(0, 366)),
    Setting(
        "invoice_number",
        "The pattern of invoice numbers: {n} counts on, in each {year} (or {yy}, {month}) from 1; {n:03} is 001.",
        _number,
    ),
    Setting("payment_days", "In how many days an invoice is due.", _whole(0, 3650)),
    Setting(
        "silent_days",
        "After how many days without a purchase or a contact a customer is silent; 0 is no rule.",
        _whole(0, 3650),
    ),
    Setting(
        "reorder_lead_days",
        "How many days before a customer is due to buy a product again crm today says so.",
        _whole(0, 366),
    ),
    Setting("tax_percent", "The tax of a line without one of its own; none unless set.", _percent),
    Setting("business_name", "Your own name on invoices.", _text),
    Setting("business_address", "Your address on invoices: its lines, parted by semicolons.", _lines),
    Setting("business_tax_id", "Your tax id on invoices.", _text),
    Setting(
        "business_payment", "How to pay you, at the foot of invoices: lines parted by semicolons.", _lines
    ),
    Setting("invoice_font", "The font of invoices as PDF: a file, or the name of an installed one.", _text),
    Setting(
        "account_receivable",
        "What customers owe, in the accounting export; each has an account below it.",
        _account,
    ),
    Setting("account_bank", "Where payments arrive, in the accounting export.", _account),
    Setting(
        "account_sales",
        "What was sold without tax, in the accounting export; Income:Sales:{product} gives each product its own.",
        _sales_account,
    ),
    Setting("account_tax", "The tax that was invoiced, in the accounting export.", _account),
    Setting(
        "notify_command", "The command that crm remind --notify command runs, the text on its input.", _text
    ),
    Setting("mail_to", "Where crm remind --notify email sends to.", _text),
    Setting("mail_from", "The sender of that mail; mail_to unless set.", _text),
    Setting("smtp_host", "The mail server for --notify email.", _text),
    Setting("smtp_port", "Its port.", _whole(1, 65535)),
    Setting("smtp_user", "The name to log in with, if it asks for one.", _text),
    Setting("smtp_password_command", "A command that prints the password, such as: pass show mail.", _text),
    Setting("smtp_security", "How the connection is secured.", _one_of("starttls", "tls", "none")),
    Setting("backup_keep", "How many backups crm backup keeps in its own folder.", _whole(1, 10_000)),
    Setting("theme", "The look of the TUI; ctrl+p, theme shows the choices.", _text),
    Setting("keys", "Other keys for actions: a table of action = key.", _keys),
)
_BY_NAME: Final = {setting.name: setting for setting in SETTINGS}


def defaults() -> Config:
    """What counts where nothing is set; the region is the locale's country."""
    return Config(region=territory() or Config().region)


def load(path: Path) -> Config:
    """Read the configuration; a file that is not there means the defaults.

    Raises:
        InvalidDataError: the file is no TOML, or a setting is unknown or wrong.
    """
    values: dict[str, Any] = {}
    if path.exists():
        import tomllib

        try:
            values = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidDataError(
                f"{path} is no valid TOML: {error}.", "Mend the line and try again."
            ) from error
        except OSError as error:
            raise InvalidDataError(
                f"{path} cannot be read: {error.strerror}.", "Check its permissions."
            ) from error
    checked = {name: check(name, value, str(path)) for name, value in values.items()}
    checked.setdefault("region", defaults().region)
    return Config(path=path, **checked)


def check(name: str, value: Any, where: str = "The setting") -> Any:
    """Check one setting's value.

    Raises:
        UsageError: no such setting.
        InvalidDataError: the value is wrong.
    """
    setting = find(name)
    try:
        return setting.check(value)
    except ValueError as error:
        raise InvalidDataError(f"{where}: {name} {error}.", setting.help) from error


def find(name: str) -> Setting:
    """The setting of that name.

    Raises:
        UsageError: no such setting; the nearest is suggested.
    """
    if name in _BY_NAME:
        return _BY_NAME[name]
    from crm_tui.text import nearest

    near = nearest(name, _BY_NAME)
    raise UsageError(
        f'There is no setting "{name}".',
        f"Did you mean {near}?" if near else f"There are: {', '.join(_BY_NAME)}.",
    )

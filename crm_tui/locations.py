"""Where the program's files live, following each platform's custom, and nowhere else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

APP: Final = "crm"


def default_database() -> Path:
    """The database: ``CRM_DB`` or ``crm.db`` in the user's data folder."""
    named = os.environ.get("CRM_DB")
    if named:
        return Path(named).expanduser()
    from platformdirs import user_data_path

    return user_data_path(APP, appauthor=False) / "crm.db"


def default_config() -> Path:
    """The configuration: ``config.toml`` in the user's configuration folder."""
    from platformdirs import user_config_path

    return user_config_path(APP, appauthor=False) / "config.toml"


def state_folder() -> Path:
    """Drafts and the remembered state of the screens."""
    from platformdirs import user_state_path

    return user_state_path(APP, appauthor=False)


def backup_folder(database: Path) -> Path:
    """The folder for backups of a database, beside it."""
    return database.parent / "backups"


def sample_folder() -> Path:
    """The sample data: inside an installed package, or at the top of a checkout."""
    here = Path(__file__).parent
    installed = here / "_sample"
    return installed if installed.is_dir() else here.parent / "data"


def territory() -> str | None:
    """The two-letter country of the user's locale, such as AZ for ``az_AZ.UTF-8``, when it names one."""
    for variable in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = os.environ.get(variable, "").partition(".")[0].partition("@")[0]
        country = value.partition("_")[2]
        if len(country) == 2 and country.isalpha():
            return country.upper()
    return None

"""Where the program's files live, following each platform's custom, and nowhere else."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Final

APP: Final = "crm"
# XDG Base Directory Specification 0.8
_XDG: Final = {
    "data": ("XDG_DATA_HOME", ".local/share"),
    "config": ("XDG_CONFIG_HOME", ".config"),
    "state": ("XDG_STATE_HOME", ".local/state"),
}


def default_database() -> Path:
    """The database: ``CRM_DB`` or ``crm.db`` in the user's data folder."""
    named = os.environ.get("CRM_DB")
    if named:
        return Path(named).expanduser()
    return _folder("data") / "crm.db"


def is_own_folder(folder: Path) -> bool:
    """Whether a folder is the one the program makes for its database, and for nothing else."""
    return folder == _folder("data").absolute()


def default_config() -> Path:
    """The configuration: ``config.toml`` in the user's configuration folder."""
    return _folder("config") / "config.toml"


def state_folder() -> Path:
    """Drafts and the remembered state of the screens."""
    return _folder("state")


def backup_folder(database: Path) -> Path:
    """The folder for backups of a database, beside it."""
    return database.parent / "backups"


def sample_folder() -> Path:
    """The sample data: inside an installed package, or at the top of a checkout."""
    here = Path(__file__).parent
    installed = here / "_sample"
    return installed if installed.is_dir() else here.parent / "data"


def font_folders() -> list[Path]:
    """The folders in which fonts are installed: the person's own ones, then the system's."""
    data = os.environ.get("XDG_DATA_HOME", "").strip()
    shared = os.environ.get("XDG_DATA_DIRS", "").strip() or "/usr/local/share:/usr/share"
    home = Path.home()
    return [
        (Path(data) if data else home / ".local/share") / "fonts",
        home / ".fonts",
        home / "Library/Fonts",
        *(Path(each) / "fonts" for each in shared.split(":") if each),
        Path("/Library/Fonts"),
        Path("/System/Library/Fonts"),
    ]


def territory() -> str | None:
    """The two-letter country of the user's locale, such as AZ for ``az_AZ.UTF-8``, when it names one."""
    for variable in ("LC_ALL", "LC_CTYPE", "LANG"):
        value = os.environ.get(variable, "").partition(".")[0].partition("@")[0]
        country = value.partition("_")[2]
        if len(country) == 2 and country.isalpha():
            return country.upper()
    return None


def _folder(kind: str) -> Path:
    if sys.platform.startswith(("darwin", "win")):
        import platformdirs

        found: Path = getattr(platformdirs, f"user_{kind}_path")(APP, appauthor=False)
        return found
    # platformdirs would answer the same, and costs as much time as everything else here together
    variable, usual = _XDG[kind]
    named = os.environ.get(variable, "").strip()
    return (Path(named) if named else Path.home() / usual) / APP

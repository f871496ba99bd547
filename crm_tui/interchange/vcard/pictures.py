"""What an import leaves out of a card, pictures above all, brought over when an export takes the place of the file."""

from __future__ import annotations

import re
from typing import Final

from crm_tui.domain.loading.drafts import RejectedRowError
from crm_tui.errors import CrmError
from crm_tui.interchange import content_lines as cl
from crm_tui.interchange.vcard import shadows, splitting
from crm_tui.interchange.vcard.lines import properties
from crm_tui.interchange.vcard.reading import is_left_out

_END: Final = "END:VCARD"
_DATA: Final = re.compile(rb"PHOTO|LOGO|SOUND|KEY|PICTURE|ENCODING|BASE64|;B[;:]|\x00", re.IGNORECASE)
"""What is in every file with data that is left out, or with letters of two bytes; most have none."""


def keep(there: bytes, text: str) -> str | None:
    """A card with the lines that imports leave out of the file whose place it takes.

    Args:
        there: the file.
        text: the card.

    Returns:
        None when the file holds no single card that can be read whole.
    """
    if _DATA.search(there) is None:
        return text
    try:
        cards = list(splitting.from_bytes(there, "the file"))
        if len(cards) != 1 or cards[0][1].broken:
            return None
        _, found, unreadable = properties(cards[0][1])
    except (CrmError, RejectedRowError):
        return None
    left = [each for each in found if is_left_out(each)]
    if unreadable or any(each.cut for each in left):
        return None
    if not left:
        return text
    head, end, rest = text.rpartition(_END)
    return head + "".join(cl.fold(shadows.text_of(each)) for each in left) + end + rest

"""The operator's legal texts: plain text in files of his folder, taken as it is, paragraphs between empty lines."""

from __future__ import annotations

import logging
import re
from pathlib import Path
from typing import Final

log = logging.getLogger("tanpan.documents")
LONGEST: Final = 262_144
_BETWEEN: Final = re.compile(r"\n[ \t\u3000]*(?:\n[ \t\u3000]*)+")


def paragraphs_of(folder: str, name: str) -> tuple[str, ...]:
    """The paragraphs of a legal text; none where the operator has not supplied it in a form that can be read."""
    if not folder:
        return ()
    path = Path(folder) / f"{name}.txt"
    try:
        if path.stat().st_size > LONGEST:
            raise ValueError(f"longer than {LONGEST} bytes")
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return ()
    except (OSError, ValueError) as error:
        log.error("a legal text can't be read", extra={"file": str(path), "why": str(error)})
        return ()
    return tuple(one.strip() for one in _BETWEEN.split(text.strip()) if one.strip())

"""What is refused of somebody who asks for a document: codes with their status, in both languages."""

from __future__ import annotations

from typing import Final

from tanpan.refusals import Reason

DOCUMENTS: Final = (
    (
        404,
        Reason(
            "NO_SUCH_DOCUMENT",
            "没有这个申请，或该申请没有这份文书",
            "there is no such application, or no such document is made from it",
        ),
    ),
)
"""The codes of documents with their HTTP status; none of them is the kernel's."""

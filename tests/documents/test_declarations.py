"""Documents are declared as data: what is wrong with a declaration is said before anything happens."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from documents.papers import LOTS, REPO, paper
from tanpan.documents import Document, Line, Part, Table
from tanpan.hookspecs import CONTRACT, hookimpl
from tanpan.packs import Pack, PackError, assemble


def pack(name: str, *documents: Document) -> Any:
    """A pack of one kind of application and the documents made from it."""
    module = ModuleType(name)

    @hookimpl
    def tanpan_pack() -> Pack:
        return Pack(name, "1.0", CONTRACT, "测试包", "a pack", "nobody")

    @hookimpl
    def tanpan_applications() -> tuple[Any, ...]:
        return (REPO,) if name == "a" else ()

    @hookimpl
    def tanpan_documents() -> tuple[Document, ...]:
        return documents

    hooks = (tanpan_pack, tanpan_applications, tanpan_documents)
    module.__dict__.update({hook.__name__: hook for hook in hooks})
    return module


def line(name: str) -> Part:
    """A part that tells one field."""
    return Part("一", "one", (Line("二", "two", name),))


def test_documents_of_several_packs_are_joined_in_their_order() -> None:
    other = Document("b.note", "说明", "a note", kinds=("a.repo",), parts=(line("remark"),))
    assembly = assemble([pack("a", paper(LOTS)), pack("b", other)])
    assert [one.name for one in assembly.documents] == ["a.agreement", "b.note"]


def test_a_pack_needs_no_documents() -> None:
    assert assemble([pack("a")]).documents == ()


@pytest.mark.parametrize(
    ("documents", "why"),
    [
        ([paper(), paper()], "declared twice"),
        ([Document("b.x", "表", "form", kinds=("a.repo",), parts=())], "not named after its rule pack"),
        ([paper(kinds=("a.sale",))], "a kind nobody declares"),
        ([paper(line("prise"))], "no kind it is made from has a field 'prise'"),
        ([paper(before_signing=(line("prise"),))], "no kind it is made from has a field 'prise'"),
        ([paper(after_signing=(line("prise"),))], "no kind it is made from has a field 'prise'"),
        ([paper(line("lots"))], "has a field 'lots'"),
        ([paper(Table("一", "one", (("code", "二", "two"),), "lot"))], "has a field 'lot.code'"),
        ([paper(Table("一", "one", (("size", "二", "two"),), "lots"))], "has a field 'lots.size'"),
        ([paper(per_party=("broker",))], "'broker' is no party"),
    ],
)
def test_a_document_that_fits_nothing_starts_no_exchange(documents: list[Document], why: str) -> None:
    with pytest.raises(PackError, match=why):
        assemble([pack("a", *documents)])


@pytest.mark.parametrize("legal", ["../key", "a/b", ".hidden", "条款", "a b", "terms."])
def test_a_legal_text_is_named_by_a_plain_word(legal: str) -> None:
    with pytest.raises(ValueError, match="no name of a text"):
        paper(legal=legal)


@pytest.mark.parametrize(
    ("per_party", "party", "made"),
    [((), "", True), ((), "buyer", False), (("buyer",), "", False), (("buyer",), "buyer", True)],
)
def test_it_is_made_for_one_of_its_parties_or_for_none(
    per_party: tuple[str, ...], party: str, made: bool
) -> None:
    assert paper(per_party=per_party).made_for(party) is made

"""Problem details (RFC 9457): one form for everything that goes wrong, in Chinese and in English."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec
from litestar import Request, Response, get
from litestar.exceptions import HTTPException
from litestar.params import FromPath
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from tanpan.refusals import BY_CODE, Reason, Refusal
from tanpan.wire import told_details
from tanpan_adapters.attachments.objections import ATTACHMENTS
from tanpan_adapters.documents.objections import DOCUMENTS
from tanpan_adapters.identity.objections import IDENTITY, Objection
from tanpan_adapters.service.requests import Busy, Unavailable
from tanpan_adapters.store import StoreError

PROBLEM_JSON: Final = "application/problem+json"
LANGUAGES: Final = ("zh", "en")
UNFORESEEN: Final = "INTERNAL"

EDGE: Final = (
    (400, Reason("MALFORMED", "请求不是规定的形式", "the request is not of its form")),
    (403, Reason("SCOPE_MISSING", "该密钥的范围不包括此操作", "the key's scopes do not cover this")),
    (404, Reason("NOT_FOUND", "没有这个地址", "there is no such address")),
    (404, Reason("UNKNOWN_EXCHANGE", "没有这个交易机构", "there is no such exchange")),
    (405, Reason("METHOD_NOT_ALLOWED", "该地址不支持此方法", "the address does not take this method")),
    (408, Reason("TOO_SLOW", "请求在规定时间内没有传完", "the request did not arrive in time")),
    (413, Reason("BODY_TOO_LARGE", "请求内容过大", "the body is too large")),
    (415, Reason("NOT_JSON", "内容须为 JSON", "the body must be JSON")),
    (429, Reason("RATE_LIMITED", "请求过于频繁", "too many requests")),
    (431, Reason("HEAD_TOO_LARGE", "请求头过大", "the request's head is too large")),
    (500, Reason(UNFORESEEN, "内部错误，已记录", "an internal error; it has been recorded")),
    (503, Reason("BUSY", "系统繁忙，请稍后重试", "the queue is full; try again")),
    (503, Reason("STANDBY", "本节点为备用节点", "this node stands by")),
    (503, Reason("RECOVERING", "系统正在恢复", "the exchange is being recovered")),
    (503, Reason("STOPPED", "服务已停止", "the exchange has stopped")),
    (
        500,
        Reason(
            "SET_ASIDE",
            "处理该请求时出错，未产生任何效果，已记录",
            "it failed here and had no effect; recorded",
        ),
    ),
    (503, Reason("NOT_COMMITTED", "未能写入，未产生任何效果", "it could not be committed and had no effect")),
    (
        503,
        Reason(
            "COMMIT_UNKNOWN", "结果未知，请以同一请求编号重试", "unknown: send it again with its request id"
        ),
    ),
    (503, Reason("DATABASE_AWAY", "数据库暂不可用", "the database can't be reached")),
    (503, Reason("LAGGING", "所要求的记录尚未可查", "the sequence asked for can't be seen yet")),
)
"""The edge's own codes with their status; none of them is the kernel's."""

EDGE_REASONS: Final = {reason.code: reason for _, reason in (*IDENTITY, *ATTACHMENTS, *DOCUMENTS, *EDGE)}
STATUS: Final = {
    "AUTH_REQUIRED": 401,
    "PERMISSION_DENIED": 403,
    "ACCOUNT_NOT_OPENED": 403,
    "OPERATOR_FROZEN": 403,
    "UNKNOWN_COMMAND": 404,
    "UNKNOWN_QUERY": 404,
    "REQUEST_REUSED": 409,
    **{reason.code: status for status, reason in (*IDENTITY, *ATTACHMENTS, *DOCUMENTS, *EDGE)},
}
"""The status of a code; every other refusal of the kernel is 422."""

_OF_STATUS: Final = {
    400: "MALFORMED",
    401: "AUTH_REQUIRED",
    403: "PERMISSION_DENIED",
    404: "NOT_FOUND",
    405: "METHOD_NOT_ALLOWED",
    408: "TOO_SLOW",
    413: "BODY_TOO_LARGE",
    415: "NOT_JSON",
    429: "RATE_LIMITED",
    503: "BUSY",
}
DATABASE_ERRORS: Final = (OperationalError, InterfaceError, PoolTimeout)
"""What says that the database is away or full, wherever it was asked: users and the vault ask it directly."""
_LOG: Final = logging.getLogger("tanpan.api")
_encode: Final = msgspec.json.Encoder(enc_hook=str).encode


class Problem(Exception):
    """Something the API refuses by itself: its code and the details that decided it."""

    def __init__(self, code: str, /, *, retry_after_s: int = 0, allow: str = "", **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.details = details
        self.retry_after_s = retry_after_s
        self.allow = allow

    def headers(self) -> dict[str, str]:
        """What the answer's head says besides."""
        found = {}
        if self.retry_after_s:
            found["Retry-After"] = str(self.retry_after_s)
        if self.allow:
            found["Allow"] = self.allow
        if self.code == "AUTH_REQUIRED":
            found["WWW-Authenticate"] = "Bearer"
        return found


def status_of(code: str) -> int:
    """The HTTP status of a code."""
    return STATUS.get(code, 422)


def language_of(accept: str) -> str:
    """Of Chinese and English the one an Accept-Language header prefers; Chinese when it prefers neither."""
    best, chosen = 0.0, "zh"
    for part in accept.split(","):
        name, _, weight = part.partition(";")
        language = name.strip().lower().partition("-")[0]
        try:
            quality = float(weight.partition("=")[2]) if weight else 1.0
        except ValueError:
            continue
        if language in LANGUAGES and best < quality <= 1:
            best, chosen = quality, language
    return chosen


def problem(
    code: str,
    language: str = "zh",
    *,
    clause: str = "",
    details: Mapping[str, Any] | None = None,
    reasons: Mapping[str, Reason] | None = None,
    instance: str = "",
    titles: Mapping[str, tuple[str, str]] | None = None,
) -> dict[str, Any]:
    """A code as a problem document; `reasons` are those of an exchange's packs, `titles` those of a refusal."""
    found = (reasons or {}).get(code) or BY_CODE.get(code) or EDGE_REASONS.get(code)
    title = code if found is None else found.zh if language == "zh" else found.en
    catalogue = {} if found is None else {code: found}
    refusal = Refusal(code, clause, **(details or {}))
    refusal.titles = titles or {}
    return {
        "type": f"/problems/{code}",
        "title": title,
        "status": status_of(code),
        "detail": refusal.text(language, catalogue),
        "code": code,
        "clause": clause,
        "details": told_details(refusal),
        "instance": instance,
    }


def told_problem(
    error: Problem | Refusal, language: str, reasons: Mapping[str, Reason], instance: str = ""
) -> dict[str, Any]:
    """A problem of the API or a refusal of the kernel as a problem document."""
    clause, titles = (error.clause, error.titles) if isinstance(error, Refusal) else ("", None)
    known: dict[str, Any] = {"details": error.details, "reasons": reasons, "titles": titles}
    return problem(error.code, language, clause=clause, instance=instance, **known)


def encoded(document: Mapping[str, Any]) -> bytes:
    """A problem document's JSON; what JSON does not know becomes text."""
    return _encode(document)


def unavailable(error: Unavailable | Busy) -> Problem:
    """A writer that can't take more, or can't answer at all, as a problem."""
    if isinstance(error, Busy):
        return Problem("BUSY", retry_after_s=error.retry_after_s)
    code = error.state.upper()
    return Problem(code if code in EDGE_REASONS else "STOPPED", retry_after_s=error.retry_after_s)


def from_exception(error: Exception) -> Problem | Refusal:
    """Any exception as something that may be told; what nobody foresaw tells nothing."""
    if isinstance(error, (Problem, Refusal)):
        return error
    if isinstance(error, (Busy, Unavailable)):
        return unavailable(error)
    if isinstance(error, Objection):
        return Problem(error.code, retry_after_s=error.retry_after_s, **error.details)
    if isinstance(error, (StoreError, *DATABASE_ERRORS)):
        _LOG.error("the database can't be reached", extra={"why": str(error)})
        return Problem("DATABASE_AWAY", retry_after_s=2)
    if isinstance(error, HTTPException) and error.status_code < 500:
        code = _OF_STATUS.get(error.status_code, "MALFORMED")
        headers = {name.lower(): value for name, value in (error.headers or {}).items()}
        allow = str(headers.get("allow", ""))
        return Problem(code, why=_why(error)) if code == "MALFORMED" else Problem(code, allow=allow)
    if isinstance(error, (RecursionError, UnicodeDecodeError)) and _while_reading(error):
        return Problem("MALFORMED", why="nested too deeply, or not UTF-8")
    return Problem(UNFORESEEN)


def _while_reading(error: Exception) -> bool:
    """Whether an exception came up where Litestar decodes a body: it takes only msgspec's own for the client's."""
    frames = [frame.f_code.co_filename for frame, _ in traceback.walk_tb(error.__traceback__)]
    return bool(frames) and frames[-1].endswith("msgspec_hooks.py")


def _why(error: HTTPException) -> str:
    extra = error.extra
    if isinstance(extra, list):
        return "; ".join(
            f"{one.get('key', '')}: {one.get('message', '')}" for one in extra if isinstance(one, dict)
        )
    return error.detail


def handler(
    reasons_of: Callable[[Mapping[str, Any]], Mapping[str, Reason]],
) -> Callable[[Request[Any, Any, Any], Exception], Response[bytes]]:
    """Litestar's handler of every exception; `reasons_of` gives the catalogue of the exchange in a scope."""

    def handle(request: Request[Any, Any, Any], error: Exception) -> Response[bytes]:
        found = from_exception(error)
        scope = request.scope
        request_id = str(scope.get("state", {}).get("request_id", ""))
        if isinstance(found, Problem) and found.code == UNFORESEEN:
            _LOG.error("unforeseen", exc_info=error, extra={"request_id": request_id, "path": scope["path"]})
        language = language_of(request.headers.get("accept-language", ""))
        instance = f"/requests/{request_id}" if request_id else ""
        document = told_problem(found, language, reasons_of(scope), instance)
        return Response(
            encoded(document),
            status_code=document["status"],
            media_type=PROBLEM_JSON,
            headers=headers_of(found),
        )

    return handle


def headers_of(found: Problem | Refusal) -> dict[str, str]:
    """What the head of a problem's answer says besides."""
    return found.headers() if isinstance(found, Problem) else Problem(found.code).headers()


def describe(code: str, reason: Reason) -> dict[str, Any]:
    """What a code means, in both languages."""
    return {"code": code, "status": status_of(code), "zh": reason.zh, "en": reason.en}


def make_problem_route(reasons_of_all: Callable[[], Mapping[str, Reason]]) -> Any:
    """`GET /problems/{code}`: what a code means."""

    @get("/problems/{code:str}", summary="What a problem's code means", tags=["problems"])
    async def describe_problem(code: FromPath[str]) -> dict[str, Any]:
        """Describe the code of a problem in both languages."""
        found = {**reasons_of_all(), **EDGE_REASONS, **BY_CODE}.get(code)
        if found is None:
            raise Problem("NOT_FOUND")
        return describe(code, found)

    return describe_problem

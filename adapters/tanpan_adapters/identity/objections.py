"""What identity refuses: a code, the details that decided it, and its words in both languages."""

from __future__ import annotations

from typing import Any, Final

from tanpan.refusals import Reason


class Objection(Exception):
    """Something a person or program may not do yet; becomes a problem document at the edge."""

    def __init__(self, code: str, /, *, retry_after_s: int = 0, **details: Any) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after_s = retry_after_s
        self.details = details


IDENTITY: Final = (
    (401, Reason("SIGN_IN_FAILED", "用户名或密码不正确", "the user name or the password is wrong")),
    (401, Reason("OTP_REQUIRED", "须提供验证码", "a one-time code is needed as well")),
    (401, Reason("SESSION_REVOKED", "会话已结束，请重新登录", "the session has ended: sign in again")),
    (
        403,
        Reason(
            "CSRF_FAILED", "缺少或错误的防伪造令牌", "the token against forged requests is missing or wrong"
        ),
    ),
    (403, Reason("MUST_CHANGE_PASSWORD", "首次登录须先修改密码", "the password must be changed first")),
    (403, Reason("MUST_ENROL", "须先启用动态口令作为第二要素", "a second factor must be set up first")),
    (
        403,
        Reason(
            "SESSION_NEEDED", "该操作须由本人登录后办理", "this needs a person who has signed in, not a key"
        ),
    ),
    (404, Reason("PERSON_FORGOTTEN", "该人的信息已销毁", "what was known of this person is destroyed")),
    (404, Reason("UNKNOWN_KEY", "没有这个密钥", "there is no such key")),
    (415, Reason("NOT_JSON", "内容须为 JSON", "the body must be JSON")),
    (422, Reason("OLD_PASSWORD_WRONG", "原密码不正确", "the old password is wrong")),
    (422, Reason("OTP_WRONG", "验证码不正确或已失效", "the one-time code is wrong or no longer valid")),
    (422, Reason("PASSWORD_TOO_WEAK", "密码不符合要求", "the password does not fit the rules")),
    (422, Reason("PASSWORD_MISMATCH", "两次输入的密码不一致", "the password and its repetition differ")),
    (422, Reason("DUPLICATE_USERNAME", "用户名已被使用", "the user name is taken")),
    (422, Reason("BAD_EMAIL", "电子邮箱的格式不正确", "the mail address is not of its form")),
    (422, Reason("NO_SECOND_FACTOR", "没有可用的验证方式", "there is no way to send a code to this user")),
    (422, Reason("ALREADY_ENROLLED", "动态口令已启用", "a code generator is set up already")),
    (422, Reason("UNKNOWN_SCOPE", "没有这个授权范围", "there is no such scope")),
    (422, Reason("BAD_ADDRESS_LIST", "地址列表的格式不正确", "the list of addresses is not of its form")),
    (423, Reason("USER_LOCKED", "连续失败次数过多，暂时锁定", "locked for a while after repeated failures")),
    (429, Reason("RATE_LIMITED", "请求过于频繁", "too many requests")),
)
"""The codes of identity with their HTTP status; `AUTH_REQUIRED` and `OPERATOR_FROZEN` are the kernel's."""

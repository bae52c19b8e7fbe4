"""What is refused of an upload, or of somebody who asks for one: codes with their status, in both languages."""

from __future__ import annotations

from typing import Final

from tanpan.refusals import Reason

ATTACHMENTS: Final = (
    (
        404,
        Reason(
            "UNKNOWN_ATTACHMENT",
            "没有这个附件，或无权查看",
            "there is no such attachment, or not for you",
        ),
    ),
    (
        410,
        Reason(
            "ATTACHMENT_FORGOTTEN",
            "该附件所属个人的资料已被删除",
            "the person it belongs to was forgotten: nothing opens it any more",
        ),
    ),
    (413, Reason("FILE_TOO_LARGE", "文件过大", "the file is too large")),
    (
        413,
        Reason(
            "ATTACHMENTS_FULL",
            "待提交或已保存的附件总量已达上限",
            "the attachments kept for you are as many or as large as is allowed",
        ),
    ),
    (422, Reason("EMPTY_FILE", "文件为空", "the file is empty")),
    (422, Reason("IMAGE_BROKEN", "图片无法完整解码", "the image can't be decoded as a whole")),
    (422, Reason("IMAGE_TOO_LARGE", "图片的像素过多", "the image has too many pixels")),
    (422, Reason("PDF_BROKEN", "PDF 文件不完整或无法读取", "the PDF is incomplete or can't be read")),
    (
        422,
        Reason(
            "PDF_UNSAFE",
            "PDF 文件含有脚本、启动动作、内嵌文件或已加密",
            "the PDF holds scripts, actions or files, or is locked",
        ),
    ),
    (
        422,
        Reason(
            "ARCHIVE_BOMB",
            "压缩包展开后过大、文件过多或包中有包",
            "the archive unpacks to too much, or holds archives",
        ),
    ),
    (
        422,
        Reason("ARCHIVE_LOCKED", "压缩包已加密，无法检查", "the archive is encrypted: it can't be looked at"),
    ),
    (422, Reason("ARCHIVE_BROKEN", "压缩包不完整或无法读取", "the archive is incomplete or can't be read")),
    (503, Reason("ATTACHMENTS_AWAY", "附件存储暂不可用", "where attachments are kept can't be reached")),
)
"""The codes of attachments with their HTTP status; none of them is the kernel's. (BAD_FILE_TYPE is.)"""

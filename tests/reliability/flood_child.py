"""One client that sends far more than it may, from a process of its own; says what it was answered.

python -m reliability.flood_child HOST PORT KEY PATH COUNT CONNECTIONS
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import time
from collections import Counter

AT_ONCE = 8
_STATUS = re.compile(rb"HTTP/1\.1 (\d\d\d)")
_LENGTH = re.compile(rb"(?i)content-length: (\d+)")


async def flood(host: str, port: int, request: bytes, count: int, said: Counter[str]) -> None:
    """Send requests over one connection, some at once, and count the answers."""
    reader, writer = await asyncio.open_connection(host, port)
    left = count
    while left > 0:
        some = min(AT_ONCE, left)
        writer.write(request * some)
        for _ in range(some):
            head = await reader.readuntil(b"\r\n\r\n")
            status, length = _STATUS.match(head), _LENGTH.search(head)
            assert status is not None and length is not None
            await reader.readexactly(int(length[1]))
            said[status[1].decode()] += 1
            said["retry-after"] += b"retry-after: " in head.lower()
        left -= some
    writer.close()


async def main(host: str, port: int, key: str, path: str, count: int, connections: int) -> None:
    body = b'{"account":"Beta","instrument":"X","side":"buy","price":"49.00","quantity":1}'
    head = (
        f"POST {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\ncontent-length: {len(body)}"
    )
    request = head.encode() + b"\r\n\r\n" + body
    said: Counter[str] = Counter()
    begun = time.monotonic()
    share = -(-count // connections)
    await asyncio.gather(*(flood(host, port, request, share, said) for _ in range(connections)))
    print(json.dumps({**said, "seconds": time.monotonic() - begun}))


if __name__ == "__main__":
    asyncio.run(
        main(sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))
    )

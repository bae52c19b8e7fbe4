"""Where sealed files are kept by name: a folder, or what speaks S3. Both are told names that were made here."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol

if TYPE_CHECKING:
    from tanpan_adapters.service.configuration import Attachments

PART: Final = 262_144
MULTIPART: Final = 16 * 1_048_576
_NAME: Final = re.compile(r"[0-9a-f]{64}")


class StoreAway(Exception):
    """The store can't be reached, or takes nothing more; the message says why."""


class Missing(Exception):
    """There is nothing of this name."""


class Store(Protocol):
    """A store of files by name. A name is 64 hexadecimal digits."""

    def put(self, name: str, file: Path) -> None:
        """Keeps a file, whole or not at all, on disk when it returns; the file may be gone from where it was."""

    def get(self, name: str) -> Iterator[bytes]:
        """A file's bytes, part by part; Missing."""

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""

    def delete(self, name: str) -> None:
        """Removes a file, if it is there."""


class Folder:
    """Files in a folder of two levels: `ab/cd/abcd…`; made when the first file comes."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, name: str, file: Path) -> None:
        """Moves a file, already on disk, to its place; the same folder's disk makes that one step."""
        place = self._place(name)
        with _told():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            file.replace(place)
            # So that the names are on disk too: of the file, and of folders that may be new.
            for folder in (place.parent, place.parent.parent, self._root):
                _sync(folder)

    def get(self, name: str) -> Iterator[bytes]:
        """A file's bytes, part by part; Missing."""
        try:
            with _told():
                file = self._place(name).open("rb")
        except FileNotFoundError:
            raise Missing(name) from None
        with file:
            while part := file.read(PART):
                yield part

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        return self._place(name).is_file()

    def delete(self, name: str) -> None:
        """Removes a file, if it is there."""
        with _told():
            self._place(name).unlink(missing_ok=True)

    def _place(self, name: str) -> Path:
        checked(name)
        return self._root / name[:2] / name[2:4] / name


class S3:
    """Files in a bucket of what speaks S3."""

    def __init__(self, settings: Attachments) -> None:
        try:  # who keeps files in a folder needs none of it
            import obstore
            from obstore.store import S3Store
        except ImportError:
            raise StoreAway("keeping them in a bucket needs the extra s3: pip install 'tanpan[s3]'") from None
        if not settings.s3_bucket or not settings.s3_key_file:
            raise StoreAway("where s3_endpoint is said, s3_bucket and s3_key_file must be too")
        key_id, secret = read_s3_key(Path(settings.s3_key_file))
        self._act: Any = obstore
        self._errors = obstore.exceptions.BaseError
        self._bucket: Any = S3Store(
            settings.s3_bucket,
            endpoint=settings.s3_endpoint,
            region=settings.s3_region,
            access_key_id=key_id,
            secret_access_key=secret,
            virtual_hosted_style_request=False,
            client_options={
                "allow_http": settings.s3_endpoint.startswith("http://"),
                "connect_timeout": timedelta(seconds=5),
                "timeout": timedelta(seconds=60),
            },
            retry_config={"max_retries": 2, "retry_timeout": timedelta(seconds=30)},
        )

    def put(self, name: str, file: Path) -> None:
        """Keeps a file, whole or not at all."""
        with self._told(), file.open("rb") as source:
            self._act.put(self._bucket, checked(name), source, chunk_size=MULTIPART)

    def get(self, name: str) -> Iterator[bytes]:
        """A file's bytes, part by part; Missing."""
        try:
            with self._told():
                found = self._act.get(self._bucket, checked(name))
                for part in found.stream(min_chunk_size=PART):
                    yield bytes(part)
        except FileNotFoundError:
            raise Missing(name) from None

    def exists(self, name: str) -> bool:
        """Whether there is a file of this name."""
        try:
            with self._told():
                self._act.head(self._bucket, checked(name))
        except FileNotFoundError:
            return False
        return True

    def delete(self, name: str) -> None:
        """Removes a file, if it is there."""
        try:
            with self._told():
                self._act.delete(self._bucket, checked(name))
        except FileNotFoundError:
            return

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except FileNotFoundError:
            raise
        except (self._errors, OSError) as error:
            raise StoreAway(str(error)[:500]) from None


def store_of(settings: Attachments) -> Store:
    """The store of a configuration: S3 where an endpoint is named, else the folder."""
    return S3(settings) if settings.s3_endpoint else Folder(Path(settings.folder))


def read_s3_key(path: Path) -> tuple[str, str]:
    """The id of an access key and its secret, the two lines of a file that only its owner can read."""
    try:
        with path.open(encoding="utf-8") as file:
            open_to_others = os.fstat(file.fileno()).st_mode & 0o077
            lines = file.read(1_000).split()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreAway(f"the key file {path} can't be read: {error}") from None
    if open_to_others:
        raise StoreAway(f"the key file {path} is open to others: chmod 600 it")
    if len(lines) != 2:
        raise StoreAway(f"the key file {path} must hold two lines: the id of an access key, and its secret")
    return lines[0], lines[1]


def checked(name: str) -> str:
    """A name, if it is one that was made here."""
    if not _NAME.fullmatch(name):
        raise ValueError("no name of a stored file")
    return name


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise
    except OSError as error:
        raise StoreAway(f"{error.strerror or error}") from None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)

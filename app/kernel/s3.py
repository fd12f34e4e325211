"""The file store on S3-compatible storage (AWS, MinIO, Ceph, R2): Signature Version 4 over plain HTTP, no SDK."""

import hmac
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from io import BytesIO
from tempfile import SpooledTemporaryFile
from typing import BinaryIO, cast
from urllib.parse import parse_qs, quote, unquote, urlsplit

import httpx

from app.kernel import clock
from app.kernel.errors import NotFound
from app.kernel.files import checked_key, new_key
from app.kernel.http import HttpClient, Policy, Refused

IN_MEMORY = 1_000_000
CHUNK = 256 * 1024
EMPTY = sha256(b"").hexdigest()
POLICY = Policy(read_seconds=30, total_seconds=600, most_bytes=5_000_000_000)


@dataclass(frozen=True, kw_only=True)
class Bucket:
    """``url`` is the bucket's address in path style, without a slash at the end."""

    url: str
    region: str
    access_key: str
    secret_key: str = field(repr=False)


def bucket(url: str) -> Bucket:
    """From ``https://KEY:SECRET@host/bucket?region=eu-central-1``; key and secret quoted. Raises ValueError."""
    parts = urlsplit(url)
    if not (parts.username and parts.password and parts.hostname and parts.path.strip("/")):
        raise ValueError("the address of the S3 storage must read https://KEY:SECRET@host/bucket?region=REGION")
    port = f":{parts.port}" if parts.port else ""
    return Bucket(
        url=f"{parts.scheme}://{parts.hostname}{port}{parts.path.rstrip('/')}",
        region=parse_qs(parts.query).get("region", ["us-east-1"])[0],
        access_key=unquote(parts.username),
        secret_key=unquote(parts.password),
    )


class S3Store:
    """Each file is one object; its bytes pass through a temporary file when they are more than a megabyte."""

    def __init__(self, where: Bucket, *, client: HttpClient | None = None) -> None:
        self._where = where
        self._client = client or HttpClient("file storage", policy=POLICY)

    def put(self, content: bytes | BinaryIO, *, media_type: str) -> str:
        key = new_key()
        with _spooled(BytesIO(content) if isinstance(content, bytes) else content) as (body, size, digest):
            self._client.send(
                "PUT",
                self._url(key),
                content=_Rewound(body),
                headers={"Content-Length": str(size), "Content-Type": media_type, "x-amz-content-sha256": digest},
                auth=SignatureV4(self._where),
            )
        return key

    def open(self, key: str) -> BinaryIO:
        spool = cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY))  # noqa: SIM115 - the caller closes it
        try:
            self._client.send("GET", self._url(key), into=spool, auth=SignatureV4(self._where))
        except Refused as refused:
            spool.close()
            raise _missing(refused, key) from None
        spool.seek(0)
        return spool

    def delete(self, key: str) -> None:
        try:
            self._client.send("DELETE", self._url(key), auth=SignatureV4(self._where))
        except Refused as refused:
            if refused.answer.status != 404:
                raise

    def exists(self, key: str) -> bool:
        try:
            self._client.send("HEAD", self._url(key), auth=SignatureV4(self._where))
        except Refused as refused:
            if refused.answer.status != 404:
                raise
            return False
        return True

    def _url(self, key: str) -> str:
        return f"{self._where.url}/{checked_key(key)}"


class SignatureV4(httpx.Auth):
    """AWS Signature Version 4 in the Authorization header, payload hash included."""

    def __init__(self, where: Bucket) -> None:
        self._where = where

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        moment = clock.now()
        request.headers.setdefault("x-amz-content-sha256", EMPTY)
        request.headers["x-amz-date"] = f"{moment:%Y%m%dT%H%M%SZ}"
        request.headers["Authorization"] = self._authorization(request, moment)
        yield request

    def _authorization(self, request: httpx.Request, moment: datetime) -> str:
        signed = {name: request.headers[name] for name in ("host", "x-amz-content-sha256", "x-amz-date")}
        scope = f"{moment:%Y%m%d}/{self._where.region}/s3/aws4_request"
        digest = sha256(canonical_request(request, signed).encode()).hexdigest()
        signature = hmac.new(
            self._signing_key(scope),
            f"AWS4-HMAC-SHA256\n{moment:%Y%m%dT%H%M%SZ}\n{scope}\n{digest}".encode(),
            sha256,
        ).hexdigest()
        credential = f"{self._where.access_key}/{scope}"
        return f"AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders={';'.join(signed)}, Signature={signature}"

    def _signing_key(self, scope: str) -> bytes:
        key = f"AWS4{self._where.secret_key}".encode()
        for part in scope.split("/"):
            key = hmac.digest(key, part.encode(), sha256)
        return key


def canonical_request(request: httpx.Request, signed: Mapping[str, str]) -> str:
    """The text that AWS's rules make of a request; our keys and buckets need no query."""
    headers = "".join(f"{name}:{value.strip()}\n" for name, value in signed.items())
    path = quote(unquote(request.url.path), safe="/-_.~")
    return f"{request.method}\n{path}\n\n{headers}\n{';'.join(signed)}\n{signed['x-amz-content-sha256']}"


class _spooled:  # noqa: N801 - reads as a verb where it is used
    """A copy that can be read again for each try, with its size and SHA-256 in hex."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source

    def __enter__(self) -> tuple[BinaryIO, int, str]:
        self._spool = cast(BinaryIO, SpooledTemporaryFile(max_size=IN_MEMORY))
        digest = sha256()
        while chunk := self._source.read(CHUNK):
            digest.update(chunk)
            self._spool.write(chunk)
        return self._spool, self._spool.tell(), digest.hexdigest()

    def __exit__(self, *_: object) -> None:
        self._spool.close()


class _Rewound:
    """A body that starts anew whenever a try begins to send it."""

    def __init__(self, body: BinaryIO) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        self._body.seek(0)
        while chunk := self._body.read(CHUNK):
            yield chunk


def _missing(refused: Refused, key: str) -> Exception:
    return NotFound(f"the file {key} is not in the store") if refused.answer.status == 404 else refused

"""Files in S3-compatible storage, against a fake that checks every signature by AWS's own rules."""

import hashlib
import hmac
import io
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from app.kernel.errors import NotFound
from app.kernel.http import HttpClient, Refused, Unavailable
from app.kernel.s3 import POLICY, Bucket, S3Store, bucket, canonical_request

SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"


class FakeS3(BaseHTTPRequestHandler):
    """One bucket in memory. ``failures`` counts down: each makes one request answer 503."""

    objects: dict = {}
    failures = 0

    def handle_method(self):
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if type(self).failures:
            type(self).failures -= 1
            return self.answer(503)
        if not self.signature_fits(body):
            return self.answer(403, b"<Code>SignatureDoesNotMatch</Code>")
        return getattr(self, f"on_{self.command.lower()}")(body)

    do_PUT = do_GET = do_DELETE = do_HEAD = handle_method  # noqa: N815

    def on_put(self, body):
        self.objects[self.path] = (body, self.headers["Content-Type"])
        self.answer(200)

    def on_get(self, _):
        self.answer(200, self.objects[self.path][0]) if self.path in self.objects else self.answer(
            404, b"<Code>NoSuchKey</Code>"
        )

    on_head = on_get

    def on_delete(self, _):
        self.objects.pop(self.path, None)
        self.answer(204)

    def signature_fits(self, body):
        found = re.fullmatch(
            r"AWS4-HMAC-SHA256 Credential=AKID/(\d{8})/eu-west-1/s3/aws4_request,"
            r" SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})",
            self.headers["Authorization"],
        )
        day, names, given = found.groups()
        digest = self.headers["x-amz-content-sha256"]
        headers = "".join(f"{name}:{self.headers[name]}\n" for name in names.split(";"))
        canonical = f"{self.command}\n{self.path}\n\n{headers}\n{names}\n{digest}"
        scope = f"{day}/eu-west-1/s3/aws4_request"
        to_sign = (
            f"AWS4-HMAC-SHA256\n{self.headers['x-amz-date']}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        )
        key = b"AWS4" + SECRET.encode()
        for part in (day, "eu-west-1", "s3", "aws4_request", to_sign):
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        return key.hex() == given and hashlib.sha256(body).hexdigest() == digest

    def answer(self, status, body=b""):
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture
def fake():
    fake = type("FakeS3", (FakeS3,), {"objects": {}, "failures": 0})
    with ThreadingHTTPServer(("127.0.0.1", 0), fake) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        fake.url = f"http://127.0.0.1:{server.server_port}/waybill"
        yield fake
        server.shutdown()


@pytest.fixture
def store(fake):
    where = Bucket(url=fake.url, region="eu-west-1", access_key="AKID", secret_key=SECRET)
    with HttpClient("file storage", policy=POLICY, sleep=lambda _: None) as client:
        yield S3Store(where, client=client)


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 \xff", b"x" * 3_000_000])
def test_bytes_come_back_as_they_were_put(store, content):
    key = store.put(content, media_type="application/pdf")

    with store.open(key) as stream:
        assert stream.read() == content


def test_the_object_carries_its_media_type_under_a_generated_key(store, fake):
    key = store.put(io.BytesIO(b"a,b"), media_type="text/csv")

    assert fake.objects == {f"/waybill/{key}": (b"a,b", "text/csv")}


def test_a_stream_is_sent_whole_again_after_a_failed_try(store, fake):
    fake.failures = 2

    key = store.put(io.BytesIO(b"y" * 2_000_000), media_type="text/csv")

    assert fake.objects[f"/waybill/{key}"][0] == b"y" * 2_000_000


def test_a_storage_that_stays_away_is_unavailable(store, fake):
    fake.failures = 3

    with pytest.raises(Unavailable, match="file storage answered 503"):
        store.put(b"x", media_type="text/plain")


def test_a_deleted_file_is_gone(store):
    key = store.put(b"x", media_type="text/plain")
    assert store.exists(key)

    store.delete(key)
    store.delete(key)

    assert not store.exists(key)
    with pytest.raises(NotFound, match="is not in the store"):
        store.open(key)


def test_a_key_that_is_not_ours_never_reaches_the_storage(store):
    with pytest.raises(NotFound, match="there is no file"):
        store.open("../other-bucket/secret")


def test_a_wrong_secret_is_refused_and_not_taken_for_a_missing_file(fake):
    stranger = S3Store(Bucket(url=fake.url, region="eu-west-1", access_key="AKID", secret_key="guess"))

    with pytest.raises(Refused, match="403"):
        stranger.exists("ab/" + "0" * 32)


def test_the_address_in_the_settings_names_key_secret_bucket_and_region():
    assert bucket("https://AKID:a%2Fb%2B@s3.test:9000/waybill/?region=eu-west-1") == Bucket(
        url="https://s3.test:9000/waybill", region="eu-west-1", access_key="AKID", secret_key="a/b+"
    )


@pytest.mark.parametrize("url", ["https://s3.test/waybill", "https://k:s@s3.test", "", "k:s@s3.test/b"])
def test_an_address_that_misses_something_is_refused_with_its_form(url):
    with pytest.raises(ValueError, match="https://KEY:SECRET@host/bucket"):
        bucket(url)


def test_the_secret_does_not_show_in_messages():
    assert "geheim" not in repr(bucket("https://k:geheim@s3.test/waybill"))


def test_the_canonical_request_is_the_one_of_awss_description():
    request = httpx.Request("GET", "https://bucket.test/waybill/ab/cd")
    signed = {"host": "bucket.test", "x-amz-content-sha256": "e3b0", "x-amz-date": "20261124T120000Z"}

    assert canonical_request(request, signed) == (
        "GET\n/waybill/ab/cd\n\nhost:bucket.test\nx-amz-content-sha256:e3b0\nx-amz-date:20261124T120000Z\n\n"
        "host;x-amz-content-sha256;x-amz-date\ne3b0"
    )

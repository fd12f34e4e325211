"""Files: kept under generated keys, complete or not at all."""

import io
from hashlib import sha256

import pytest

from app.kernel.errors import Invalid, NotFound
from app.kernel.file_stores import open_store
from app.kernel.files import FolderStore, StoredFile, add, keep
from app.kernel.s3 import S3Store


@pytest.fixture
def store(tmp_path):
    return FolderStore(tmp_path / "files")


def test_bytes_come_back_as_they_were_put(store):
    key = store.put(b"%PDF-1.7", media_type="application/pdf")

    with store.open(key) as stream:
        assert stream.read() == b"%PDF-1.7"


def test_a_stream_is_kept_without_holding_it_in_memory(store):
    key = store.put(io.BytesIO(b"x" * 3_000_000), media_type="text/csv")

    with store.open(key) as stream:
        assert len(stream.read()) == 3_000_000


def test_a_deleted_file_is_gone_and_deleting_again_is_no_error(store):
    key = store.put(b"x", media_type="text/plain")
    assert store.exists(key)

    store.delete(key)
    store.delete(key)

    assert not store.exists(key)
    with pytest.raises(NotFound, match="is not in the store"):
        store.open(key)


@pytest.mark.parametrize(
    "key",
    ["../../etc/passwd", "ab/../../x", "/etc/passwd", "", "ab/" + "0" * 31, "AB/" + "0" * 32, "ab/" + "0" * 32 + "\n"],
)
@pytest.mark.parametrize("act", ["open", "delete", "exists"])
def test_a_key_that_is_not_ours_is_not_found(store, act, key):
    with pytest.raises(NotFound, match="there is no file"):
        getattr(store, act)(key)


def test_a_file_that_breaks_off_leaves_nothing_behind(store, tmp_path):
    class Broken:
        def read(self, size=-1):
            raise OSError("disk on fire")

    with pytest.raises(OSError, match="disk on fire"):
        store.put(Broken(), media_type="text/plain")

    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_files_are_readable_by_their_owner_only(store, tmp_path):
    key = store.put(b"x", media_type="text/plain")

    assert (tmp_path / "files" / key).stat().st_mode & 0o077 == 0
    assert (tmp_path / "files" / key[:2]).stat().st_mode & 0o077 == 0


def test_a_saved_file_knows_size_hash_and_shown_name(session, store):
    row = keep(store, b"hello", name="../../C:\\docs\\slip é.pdf", media_type="application/pdf")

    found = session.get_one(StoredFile, add(session, row))
    assert (found.size, found.sha256, found.name) == (5, sha256(b"hello").digest(), "slip é.pdf")
    with store.open(found.key) as stream:
        assert stream.read() == b"hello"


def test_an_uploaded_stream_is_measured_on_its_way(store):
    row = keep(store, io.BytesIO(b"a,b\n1,2\n"), name="orders.csv", media_type="text/csv")

    assert (row.size, row.sha256) == (8, sha256(b"a,b\n1,2\n").digest())


def test_a_name_that_breaks_headers_is_refused_before_anything_is_kept(store, tmp_path):
    with pytest.raises(Invalid, match="remove the line breaks"):
        keep(store, b"x", name="a\r\nSet-Cookie: x.pdf", media_type="application/pdf")

    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_nameless_file_gets_one(store):
    assert keep(store, b"x", name="uploads/", media_type="text/plain").name == "file"


def test_the_folder_is_the_default_and_an_address_means_s3(tmp_path):
    assert isinstance(open_store(tmp_path), FolderStore)
    assert isinstance(open_store(tmp_path, "https://k:s@s3.test/waybill?region=eu-west-1"), S3Store)

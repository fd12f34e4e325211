"""Files of any content and name: read, or refused in words; never stored under a name of the sender's choice."""

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from tests.web.conftest import htmx

NAMES = (
    *(
        "../../etc/passwd",
        "..\\..\\windows\\system.ini",
        "/etc/shadow",
        "a\r\nContent-Type: text/html\r\n\r\n.csv",
        ".",
    ),
    *('"><img src=x onerror=1>.csv', "\u202evsc.exe", "a\0b.csv", "x" * 5_000 + ".csv", "CON", "{{7*7}}.csv", ";.csv"),
)
TABLE = b"Order ID,SKU,Quantity\nA-1,TEA-1,1\n"
CONTENT = st.one_of(
    st.binary(max_size=300),
    st.text(max_size=300).map(str.encode),
    st.lists(st.lists(st.text(max_size=8), min_size=1, max_size=5).map(",".join), max_size=5).map(
        lambda r: "\n".join(r).encode()
    ),
    st.binary(max_size=60).map(lambda tail: TABLE + tail),
    st.sampled_from(
        [b"", b"\xff\xfe", b"\xef\xbb\xbf", b"PK\x03\x04", b"%PDF-", b"\x89PNG\r\n\x1a\n" + b"0" * 50, b'"', b"," * 600]
    ),
)
FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@pytest.fixture
def support(house, wired, login):
    return login("support")


@pytest.fixture
def admin(house, login):
    return login("admin")


def upload(client, content: bytes, name: str = "orders.csv", kind: str = "orders"):
    data = {"kind": kind, "channel": "csv", "file": (io.BytesIO(content), name)}
    return client.post("/support/imports/", data=data, content_type="multipart/form-data")


@FUZZ
@given(content=CONTENT, kind=st.sampled_from(["orders", "products", "prices", "stock", "bins", "counts"]))
def test_a_file_of_any_content_is_read_or_refused(support, content, kind):
    answer = upload(support, content, kind=kind)

    assert answer.status_code in (303, 415, 422)
    if answer.status_code == 303:
        assert support.get(answer.location).status_code == 200


@FUZZ
@given(content=CONTENT)
def test_a_logo_of_any_content_is_refused_unless_it_is_a_picture(admin, content):
    data = {"logo": (io.BytesIO(content), "logo.png")}

    answer = admin.post("/admin/company/logo", data=data, content_type="multipart/form-data")

    assert answer.status_code in (415, 422)


@pytest.mark.parametrize(
    "content", [b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>", b"<html><script>x()</script>"]
)
def test_a_logo_that_could_run_is_refused(admin, content):
    data = {"logo": (io.BytesIO(content), "logo.svg")}

    assert admin.post("/admin/company/logo", data=data, content_type="multipart/form-data").status_code == 415


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_file_is_kept_under_a_name_of_ours(support, session, flask_app, name):
    answer = upload(support, TABLE, name=name)

    assert answer.status_code in (303, 422)
    keys = session.scalars(text("SELECT key FROM files")).all()
    assert all(key.replace("/", "").replace("-", "").isalnum() for key in keys)
    assert len(keys) == (answer.status_code == 303)


def test_a_file_of_three_gigabytes_is_refused_before_it_is_read(support):
    endless = io.BytesIO(b"x" * 1_000)

    answer = support.post(
        "/support/imports/",
        input_stream=endless,
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": "3000000000"},
    )

    assert answer.status_code == 413
    assert endless.tell() == 0


def test_by_htmx_a_refused_file_is_told_in_the_messages(support):
    data = {"kind": "orders", "channel": "csv", "file": (io.BytesIO(b"%PDF-1.7"), "orders.csv")}

    answer = support.post("/support/imports/", data=data, content_type="multipart/form-data", headers=htmx())

    assert (answer.status_code, answer.headers["HX-Retarget"]) == (415, "#messages")

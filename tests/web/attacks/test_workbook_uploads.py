"""Workbooks that are traps: refused at the door with the right status, and nothing of them is kept."""

import io
import random

import pytest
from sqlalchemy import text

from app.imports.words import KINDS
from tests.factories.workbooks import SHEET, by_hand, sheet_of, understated, workbook

URL = "/support/imports/"
CELL = "<row r='1'><c r='A1' t='inlineStr'><is><t>SKU</t></is></c></row>"
GOOD = workbook([["SKU", "Site", "Quantity"], ["TEA-1", "CMH1", 3]])
TRAPS = {
    "bomb": (by_hand({SHEET: sheet_of(CELL + " " * 60_000_000)}), 413),
    "bomb that lies": (understated(by_hand({SHEET: sheet_of(CELL + " " * 30_000_000)}), SHEET, 1_000), 413),
    "many parts": (by_hand({f"xl/part{number}.xml": "x" for number in range(50)}), 413),
    "far cell": (
        by_hand({SHEET: sheet_of(f"{CELL}<row r='1048576'><c r='SF1048576'><v>1</v></c></row>")}),
        413,
    ),
    "slip": (by_hand({"../../etc/cron.d/x": "* * * * * root x"}), 422),
    "link": (by_hand(link="xl/linked.xml"), 422),
    "nested": (by_hand({"xl/embeddings/inner.zip": by_hand()}), 422),
    "entities": (by_hand({SHEET: sheet_of(CELL, '<!DOCTYPE x [<!ENTITY a "ha">]>')}), 422),
    "external entity": (by_hand({SHEET: sheet_of(CELL, '<!DOCTYPE x SYSTEM "file:///etc/passwd">')}), 422),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, 415),
    "pdf": (b"%PDF-1.7\n", 415),
    "program": (b"MZ\x90\0\x03\0\0\0", 415),
    "picture": (b"\x89PNG\r\n\x1a\n", 415),
}


@pytest.fixture
def support(house, wired, login):
    return login("support")


def upload(client, content: bytes, name: str = "a.csv", kind: str = "stock"):
    data = {"kind": kind, "channel": "csv", "file": (io.BytesIO(content), name)}
    return client.post(URL, data=data, content_type="multipart/form-data")


@pytest.mark.parametrize("trap", TRAPS)
def test_a_trap_is_refused_whatever_its_name_says(support, session, trap):
    content, status = TRAPS[trap]

    answer = upload(support, content)

    assert answer.status_code == status, answer.text[-500:]
    assert session.execute(text("SELECT count(*) FROM files")).scalar_one() == 0


@pytest.mark.parametrize("kind", KINDS)
def test_a_workbook_is_taken_for_every_kind(support, kind):
    answer = upload(support, GOOD, name="=cmd.xlsx", kind=kind)

    assert answer.status_code == 303
    assert "What each column is" in support.get(answer.location).text


def test_a_workbook_with_flipped_bytes_is_read_or_refused(support):
    chance = random.Random(4)
    statuses = set()
    for _ in range(12):
        spoilt = bytearray(GOOD)
        for _ in range(3):
            spoilt[chance.randrange(4, len(spoilt))] ^= 1 << chance.randrange(8)
        statuses.add(upload(support, bytes(spoilt)).status_code)

    assert statuses <= {303, 413, 415, 422}

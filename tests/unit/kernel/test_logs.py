"""Logs: one JSON line, only listed keys, nobody's data."""

import json
import logging
import sys
import time

import pytest

from app.kernel import logs


@pytest.fixture
def lines(capsys):
    """The lines written so far, parsed."""
    before = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure("INFO")
    yield lambda: [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    logging.getLogger().handlers[:], level = before
    logging.getLogger().setLevel(level)


def test_a_line_names_time_level_logger_and_event(lines):
    logs.logger("relay").info("deliveries_claimed", count=20)

    (line,) = lines()
    assert line.pop("at").endswith("Z")
    assert line == {"event": "deliveries_claimed", "level": "info", "logger": "relay", "count": 20}


def test_a_line_that_cannot_be_written_breaks_nothing(lines, monkeypatch):
    class Broken:
        def write(self, text):
            raise BrokenPipeError

    monkeypatch.setattr(sys, "stdout", Broken())

    logs.logger("relay").info("deliveries_claimed", count=20)


def test_ids_that_are_bound_stand_on_every_line_inside(lines):
    with logs.bound(request_id="01JDF", event_id=7, actor=None):
        logs.logger("a").info("inside")
    logs.logger("a").info("outside")

    inside, outside = lines()
    assert (inside["request_id"], inside["event_id"]) == ("01JDF", 7)
    assert "actor" not in inside
    assert "request_id" not in outside


def test_the_libraries_loggers_take_the_same_way(lines):
    logging.getLogger("urllib").warning("calling %s", "anna@example.com")

    (line,) = lines()
    assert (line["event"], line["logger"], line["level"]) == ("calling [mail]", "urllib", "warning")


def test_a_key_that_is_not_listed_loses_its_value_and_is_named(lines):
    logs.logger("a").info("saved", customer_name="Anna Berg", count=1)

    (line,) = lines()
    assert line["dropped"] == ["customer_name"]
    assert "Anna" not in json.dumps(line)


def test_a_line_break_in_a_value_does_not_start_a_line(lines):
    logs.logger("a").info("x", reason="bad\n[ERROR] forged\r\n{}")

    (line,) = lines()
    assert line["reason"] == "bad\n[ERROR] forged\r\n{}"


def test_levels_below_the_one_asked_for_are_silent(lines):
    logs.logger("a").debug("noise")

    assert lines() == []


def test_a_crash_is_logged_without_the_values_of_rows(lines):
    try:
        raise RuntimeError(
            "duplicate key\nDETAIL:  Key (email)=(anna) already exists.\n"
            "[SQL: INSERT INTO t]\n[parameters: {'name': 'Anna Berg'}]"
        )
    except RuntimeError:
        logs.logger("a").exception("job_failed", job_id="9")

    (line,) = lines()
    assert "RuntimeError: duplicate key" in line["exception"]
    assert "anna" not in line["exception"].lower()


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("write to anna.b+x@mail.example.co.uk now", "write to [mail] now"),
        ("call +49 170 1234567.", "call [phone]."),
        ("call (555) 123-4567 or 555-123-4567", "call [phone] or [phone]"),
        ("card 4242 4242 4242 4242 exp", "card [card] exp"),
        ("card 4242424242424242", "card [card]"),
        ("Authorization: Bearer abc.def-123456", "Authorization: [secret] [secret]"),
        ("key sk_live_51Habcdef123", "key [secret]"),
        ("Cookie: sid=abcdef", "Cookie: [secret]"),
        ('{"password": "hunter2"}', '{"password": [secret]'),
        ("postgresql://app:hunter2@db/waybill", "postgresql://app:[secret]@db/waybill"),
        ("GET /track/abcDEF123 200", "GET /track/[token] 200"),
        ("token tq3Zb9_Kx-2LmN8pQr5StUv7WxYz0AbC seen", "token [token] seen"),
    ],
)
def test_what_belongs_to_people_is_blacked_out(text, kept):
    assert logs.redact(text) == kept


@pytest.mark.parametrize(
    "text",
    ["order 100042, 12 units", "2026-11-24T14:11:02.123456+00:00", "4242424242424241",
     "TEC-CO-10004722", "US-2016-150119",
     "01JDFA7Q2V9Z3N5X8R6T4W1Y0B", "app/kernel/http.py line 120 in send_request_with_a_long_name_2", "10.0.0.1:5432"],
)  # fmt: skip
def test_what_operators_need_is_left(text):
    assert logs.redact(text) == text


def test_ids_of_requests_are_never_taken_for_tokens(lines):
    with logs.bound(request_id="tq3Zb9_Kx-2LmN8pQr5StUv7WxYz0AbC"):
        logs.logger("a").info("x")

    assert lines()[0]["request_id"] == "tq3Zb9_Kx-2LmN8pQr5StUv7WxYz0AbC"


def test_a_huge_value_is_cut_and_costs_no_time(lines):
    started = time.perf_counter()

    logs.logger("a").info("x", reason="a" * 5_000_000)

    assert len(lines()[0]["reason"]) == logs.LONGEST
    assert time.perf_counter() - started < 2


def test_logs_go_to_standard_output(lines):
    logs.logger("a").info("x")

    assert lines()
    assert logging.getLogger().handlers[0].stream is sys.stdout


@pytest.mark.parametrize("name", ["httpx", "alembic.runtime.migration"])
def test_libraries_that_tell_each_step_are_quiet(lines, name):
    logging.getLogger(name).info("HTTP Request: GET https://acme.test/?token=hunter2")

    assert lines() == []

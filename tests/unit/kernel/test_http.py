"""Calling out: what is repeated, what is unknown, what is cut."""

import io
import json
import logging
import time
from datetime import UTC, datetime

import httpx
import pytest
import time_machine

from app.kernel import logs, uow
from app.kernel.errors import ProviderError
from app.kernel.http import HttpClient, Policy, Refused, Unavailable


class Provider:
    """Answers from a list, in order; notes each request and each pause."""

    def __init__(self, *answers, policy=None, guard=None):
        self.answers = list(answers)
        self.requests = []
        self.pauses = []
        self.client = HttpClient(
            "acme",
            policy=policy or Policy(),
            guard=guard,
            transport=httpx.MockTransport(self._answer),
            sleep=self.pauses.append,
        )

    def _answer(self, request):
        self.requests.append(request)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, httpx.Response) else httpx.Response(answer)

    def send(self, method="POST", url="https://acme.test/v1/charges", **options):
        return self.client.send(method, url, **options)


def test_an_answer_carries_status_headers_and_json():
    provider = Provider(httpx.Response(201, json={"id": 7}, headers={"X-Trace": "abc"}))

    answer = provider.send(json={"amount": 5})

    assert (answer.status, answer.json(), answer.headers["x-trace"]) == (201, {"id": 7}, "abc")
    assert json.loads(provider.requests[0].content) == {"amount": 5}


def test_a_key_travels_as_idempotency_key_on_every_try():
    provider = Provider(503, 200)

    provider.send(key="delivery:7", headers={"X-A": "b"})

    assert [each.headers["idempotency-key"] for each in provider.requests] == ["delivery:7"] * 2
    assert provider.requests[1].headers["x-a"] == "b"


@pytest.mark.parametrize(
    "trouble", [500, 503, 429, 408, httpx.ReadTimeout("x"), httpx.RemoteProtocolError("x"), httpx.ConnectError("x")]
)
@pytest.mark.parametrize("call", [{"method": "GET"}, {"method": "PUT"}, {"method": "POST", "key": "k"}])
def test_what_may_be_repeated_is_repeated(trouble, call):
    provider = Provider(trouble, trouble, 200)

    assert provider.send(**call).status == 200
    assert len(provider.requests) == 3


@pytest.mark.parametrize(
    "trouble", [500, 503, httpx.ReadTimeout("x"), httpx.WriteError("x"), httpx.RemoteProtocolError("x")]
)
def test_a_post_without_key_is_never_repeated_once_it_may_have_worked(trouble):
    provider = Provider(trouble)

    with pytest.raises(Unavailable) as caught:
        provider.send()

    assert caught.value.unknown
    assert not caught.value.permanent
    assert len(provider.requests) == 1


@pytest.mark.parametrize("trouble", [429, httpx.ConnectError("x"), httpx.ConnectTimeout("x"), httpx.PoolTimeout("x")])
def test_a_post_that_surely_did_nothing_is_repeated_even_without_key(trouble):
    provider = Provider(trouble, 200)

    assert provider.send().status == 200


def test_the_last_try_tells_that_the_effect_is_unknown():
    provider = Provider(502, 502, 502)

    with pytest.raises(Unavailable, match="acme answered 502 to POST /v1/charges") as caught:
        provider.send(key="k")

    assert caught.value.unknown


def test_a_provider_that_was_never_reached_did_nothing():
    provider = Provider(*[httpx.ConnectError("x")] * 3)

    with pytest.raises(Unavailable, match="acme cannot be reached") as caught:
        provider.send(key="k")

    assert not caught.value.unknown


def test_reading_has_no_effect_that_could_be_unknown():
    provider = Provider(500, 500, 500)

    with pytest.raises(Unavailable) as caught:
        provider.send("GET")

    assert not caught.value.unknown


@pytest.mark.parametrize("status", [301, 400, 401, 402, 404, 409, 422])
def test_a_refusal_is_permanent_and_shows_its_reasons(status):
    provider = Provider(httpx.Response(status, json={"code": "card_declined"}))

    with pytest.raises(Refused, match=f"answered {status}") as caught:
        provider.send(key="k")

    assert caught.value.permanent
    assert caught.value.answer.json() == {"code": "card_declined"}
    assert len(provider.requests) == 1


def test_pauses_grow_vary_and_stay_below_the_longest():
    provider = Provider(*[500] * 7, 200, policy=Policy(tries=8, longest_wait=4))

    provider.send("GET")

    assert len(provider.pauses) == 7
    assert all(0 <= pause <= 4 for pause in provider.pauses)
    assert len(set(provider.pauses)) > 1


@pytest.mark.parametrize("said", ["3", "Tue, 24 Nov 2026 12:00:03 GMT"])
def test_a_provider_that_names_a_time_is_heeded(said):
    provider = Provider(httpx.Response(429, headers={"Retry-After": said}), 200)

    with time_machine.travel(datetime(2026, 11, 24, 12, tzinfo=UTC), tick=False):
        provider.send()

    assert 3 <= provider.pauses[0] <= 4


def test_a_long_wait_is_left_to_the_caller():
    provider = Provider(*[httpx.Response(429, headers={"Retry-After": "3600"})] * 3)

    with pytest.raises(Unavailable) as caught:
        provider.send()

    assert caught.value.retry_after == 3600
    assert provider.pauses == [10, 10]


def test_a_body_without_end_is_cut():
    endless = httpx.Response(200, content=iter(lambda: b"x" * 1000, b""))
    provider = Provider(endless, policy=Policy(most_bytes=64_000))

    with pytest.raises(ProviderError, match="more than 64,000 bytes") as caught:
        provider.send("GET")

    assert caught.value.permanent


def test_a_body_that_drips_is_cut_after_the_total_time():
    def drip():
        while True:
            time.sleep(0.005)
            yield b"x"

    provider = Provider(httpx.Response(200, content=drip()), policy=Policy(total_seconds=0.05, tries=1))

    with pytest.raises(Unavailable, match=r"longer than 0\.05 seconds"):
        provider.send("GET")


def test_a_body_may_go_into_a_file():
    provider = Provider(httpx.Response(200, content=b"x" * 500_000))
    file = io.BytesIO(b"rest of a broken try")

    assert provider.send("GET", into=file).content == b""
    assert file.getvalue() == b"x" * 500_000


def test_what_is_not_json_is_the_providers_fault():
    with pytest.raises(ProviderError, match="not JSON"):
        Provider(httpx.Response(200, text="<html>")).send().json()


def test_a_guard_stops_a_call_before_it_goes():
    def guard(request):
        raise ProviderError("not there", permanent=True)

    provider = Provider(200, guard=guard)

    with pytest.raises(ProviderError, match="not there"):
        provider.send()
    assert provider.requests == []


def test_nothing_is_called_inside_a_transaction(bound):
    provider = Provider(200)

    with uow.unit_of_work(), pytest.raises(RuntimeError, match="acme must not be called inside a unit of work"):
        provider.send()

    assert provider.requests == []


def test_the_log_says_where_to_but_never_what(capsys):
    before, level = logging.getLogger().handlers[:], logging.getLogger().level
    logs.configure("INFO")
    try:
        Provider(200).send(
            url="https://acme.test/v1/anna@example.com?token=hunter2",
            json={"name": "Anna Berg"},
            headers={"Authorization": "Bearer hunter2hunter2"},
        )
    finally:
        logging.getLogger().handlers[:] = before
        logging.getLogger().setLevel(level)

    (line,) = [json.loads(each) for each in capsys.readouterr().out.splitlines() if "provider_called" in each]
    assert (line["provider"], line["host"], line["path"], line["status"]) == ("acme", "acme.test", "/v1/[mail]", 200)
    assert "hunter2" not in json.dumps(line)
    assert "Anna" not in json.dumps(line)

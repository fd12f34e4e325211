"""Whatever is killed, stopped or flushed while a mail is sent: every order's mail goes out once or is in doubt."""

import os
import signal
import time
from collections import Counter
from random import Random

import pytest
from sqlalchemy import text

from app.kernel import uow
from tests.faults.stack import LEASE_SECONDS, Stack, is_gone, wait_for

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("WAYBILL_FAULT_KILLS", "22"))
SEED = int(os.environ.get("WAYBILL_FAULT_SEED", "0")) or Random().randrange(1, 1_000_000)
TARGETS = ("worker", "job process", "relay", "valkey", "flush")
PATIENCE = 60


def messages() -> dict[str, str]:
    with uow.unit_of_work() as session:
        rows = session.execute(text("SELECT recipient, state FROM messages ORDER BY id")).all()
    assert len({row.recipient for row in rows}) == len(rows), "an order has two messages"
    return {row.recipient: row.state for row in rows}


def is_quiet() -> bool:
    with uow.unit_of_work() as session:
        return session.execute(text("SELECT count(*) FROM deliveries WHERE state = 'ready'")).scalar_one() == 0


def wait_until_quiet(stack: Stack) -> None:
    wait_for(is_quiet, seconds=PATIENCE, what=f"every delivery done; seed {SEED}\n{stack.log()[-3000:]}")


def hold_handler(stack: Stack, moment: str) -> None:
    """Closes a gate of the mail server; what is sent from now on stops there with the handler running."""
    gate = stack.sink.text_gate if moment == "text" else stack.sink.answer_gate
    gate.clear()


def wait_for_handler(stack: Stack, moment: str) -> None:
    waiting = stack.sink.waiting_for_text if moment == "text" else stack.sink.waiting_for_answer
    waiting.clear()
    wait_for(
        lambda: waiting.is_set() and bool(stack.handlers_at_the_sink()),
        seconds=PATIENCE,
        what=f"a handler at the mail server; seed {SEED}\n{stack.log()[-3000:]}",
    )


def open_gates(stack: Stack) -> None:
    stack.sink.text_gate.set()
    stack.sink.answer_gate.set()


def hit(stack: Stack, target: str) -> None:
    worker, handler = next(iter(stack.handlers_at_the_sink().items()))
    if target == "worker":
        stack.kill(worker)
        wait_for(lambda: is_gone(handler), seconds=5, what="the job process following its worker")
    elif target == "job process":
        handler.kill()
    elif target == "relay":
        stack.kill("relay")
    elif target == "valkey":
        stack.kill_valkey()
    else:
        stack.flush_valkey()


def test_no_mail_is_lost_or_doubled_by_kills_that_hit_a_running_handler(stack, order_from):
    print(f"SEED={SEED}")
    choose, ordered, hits = Random(SEED), [], Counter()
    plan = [(TARGETS[n % len(TARGETS)], choose.choice(["text", "answer"])) for n in range(KILLS)]
    choose.shuffle(plan)

    for number, (target, moment) in enumerate(plan):
        addresses = [f"customer-{number}-{n}@example.com" for n in range(2)]
        hold_handler(stack, moment)
        order_from(*addresses)
        ordered += addresses
        wait_for_handler(stack, moment)
        hit(stack, target)
        hits[target] += 1
        open_gates(stack)
    wait_until_quiet(stack)

    found, arrived = messages(), stack.sink.recipients()
    print(f"hit a running handler: {dict(hits)}; {Counter(found.values())}")
    assert sum(hits.values()) >= 20 or KILLS < 20
    assert sorted(found) == sorted(ordered), "an order without its mail"
    assert set(found.values()) <= {"sent", "uncertain"}
    assert {address for address, times in arrived.items() if times > 1} == set(), "a mail went out twice"
    assert {address for address, state in found.items() if state == "sent"} <= set(arrived)
    assert set(stack.sink.counts().values()) == {1}
    assert Counter(found.values())["uncertain"] <= hits["worker"] + hits["job process"]


@pytest.mark.parametrize("moment", ["text", "answer"])
def test_who_wakes_up_after_its_lease_can_neither_send_nor_write(stack, order_from, moment):
    hold_handler(stack, moment)
    order_from("ada@example.com")
    wait_for_handler(stack, moment)
    [sleeper] = stack.handlers_at_the_sink().values()

    sleeper.send_signal(signal.SIGSTOP)
    open_gates(stack)
    time.sleep(LEASE_SECONDS)
    wait_until_quiet(stack)
    before = messages()
    sleeper.send_signal(signal.SIGCONT)
    wait_for(lambda: "delivery_fenced" in stack.log(), seconds=20, what="the fenced write being refused")

    assert before == {"ada@example.com": "sent" if moment == "text" else "uncertain"}
    assert messages() == before
    assert stack.sink.recipients() == {"ada@example.com": 1}


def test_orders_are_taken_and_mails_wait_while_valkey_is_away(stack, order_from):
    stack.valkey_process.kill()
    stack.valkey_process.wait()

    order_from("ada@example.com", "bob@example.com")
    nothing_sent = messages()
    stack.valkey_process = stack.valkey.start()
    wait_until_quiet(stack)

    assert nothing_sent == {}
    assert messages() == {"ada@example.com": "sent", "bob@example.com": "sent"}
    assert stack.sink.recipients() == {"ada@example.com": 1, "bob@example.com": 1}


def test_a_refusal_a_delay_and_a_lost_answer_end_as_they_should(stack, order_from):
    order_from("refused@example.com", "later@example.com", "silent@example.com", "ada@example.com")
    wait_for(lambda: len(messages()) == 4, seconds=PATIENCE, what="four messages")
    wait_until_quiet(stack)

    assert messages() == {
        "refused@example.com": "refused",
        "later@example.com": "sent",
        "silent@example.com": "uncertain",
        "ada@example.com": "sent",
    }
    assert stack.sink.recipients() == {
        "later@example.com": 1,
        "silent@example.com": 1,
        "ada@example.com": 1,
    }
    with uow.unit_of_work() as session:
        stuck = session.execute(text("SELECT state FROM deliveries ORDER BY state")).scalars().all()
    assert stuck == ["dead", "uncertain"]

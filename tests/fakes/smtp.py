"""A mail server on the loopback that counts what it was given, and can be slow or rude at any point.

A mail counts from its final dot on, whether or not the sender ever gets the answer. Triggers in the recipient's
address: ``refused@`` is refused for good, ``later@`` once with 451, ``cut@`` loses the connection before the text is
read once, ``silent@`` loses it after the final dot, without an answer.
"""

import asyncio
import contextlib
import email
import email.policy
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from threading import Event, Thread


@dataclass
class SmtpSink:
    """``answer_gate`` cleared: the answer after the final dot waits; ``text_gate`` cleared: the answer to DATA.

    After ``most_mails`` on one connection the server closes it with 421.
    """

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, str]] = field(default_factory=list)
    seconds_before_answer: float = 0.0
    connections: int = 0
    most_mails: int = 1_000
    text_gate: Event = field(default_factory=Event)
    answer_gate: Event = field(default_factory=Event)
    waiting_for_text: Event = field(default_factory=Event)
    waiting_for_answer: Event = field(default_factory=Event)
    refused_once: set[str] = field(default_factory=set)
    loop: asyncio.AbstractEventLoop | None = None
    ended: asyncio.Event | None = None

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}?timeout=20"

    def counts(self) -> Counter[str]:
        """How often each Message-ID was handed over."""
        return Counter(str(mail["Message-ID"]) for mail in self.mails)

    def recipients(self) -> Counter[str]:
        return Counter(recipient for _, recipient in self.envelopes)


@contextmanager
def smtp_sink() -> Iterator[SmtpSink]:
    sink, ready = SmtpSink(), Event()
    sink.text_gate.set()
    sink.answer_gate.set()
    thread = Thread(target=lambda: asyncio.run(_serve(sink, ready)), daemon=True)
    thread.start()
    assert ready.wait(10)
    try:
        yield sink
    finally:
        sink.text_gate.set()
        sink.answer_gate.set()
        assert sink.loop is not None
        assert sink.ended is not None
        sink.loop.call_soon_threadsafe(sink.ended.set)
        thread.join(10)


async def _serve(sink: SmtpSink, ready: Event) -> None:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            await _session(sink, reader, writer)
        writer.close()

    sink.ended = asyncio.Event()
    server = await asyncio.start_server(connected, "127.0.0.1", 0)
    sink.port, sink.loop = server.sockets[0].getsockname()[1], asyncio.get_running_loop()
    ready.set()
    await sink.ended.wait()
    server.close()


async def _session(sink: SmtpSink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    sender = recipient = ""
    left = sink.most_mails
    sink.connections += 1
    await _answer(writer, "220 sink")
    while line := (await reader.readuntil(b"\r\n")).decode().strip():
        verb = line.split(":")[0].split(" ")[0].upper()
        if verb == "MAIL" and left == 0:
            await _answer(writer, "421 4.7.0 enough for one connection")
            return
        if verb == "MAIL":
            left -= 1
            sender = _address(line)
            await _answer(writer, "250 ok")
        elif verb == "RCPT":
            recipient = _address(line)
            await _answer(writer, _opinion(sink, recipient))
        elif verb == "DATA":
            if not await _take(sink, reader, writer, (sender, recipient)):
                return
        elif verb == "QUIT":
            await _answer(writer, "221 bye")
            return
        else:
            await _answer(writer, "250-sink\r\n250 SMTPUTF8" if verb == "EHLO" else "250 ok")


async def _take(
    sink: SmtpSink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, envelope: tuple[str, str]
) -> bool:
    recipient = envelope[1]
    await _pass(sink.text_gate, sink.waiting_for_text)
    await _answer(writer, "354 go on")
    if recipient.startswith("cut@") and recipient not in sink.refused_once:
        sink.refused_once.add(recipient)
        return False
    text = await _text(reader)
    sink.mails.append(email.message_from_bytes(text, policy=email.policy.SMTP))  # type: ignore[arg-type]
    sink.envelopes.append(envelope)
    await _pass(sink.answer_gate, sink.waiting_for_answer)
    await asyncio.sleep(sink.seconds_before_answer)
    if recipient.startswith("silent@"):
        return False
    await _answer(writer, "250 taken")
    return True


async def _text(reader: asyncio.StreamReader) -> bytes:
    lines = []
    while (line := await reader.readuntil(b"\r\n")) != b".\r\n":
        lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
    return b"".join(lines)


async def _pass(gate: Event, waiting: Event) -> None:
    while not gate.is_set():
        waiting.set()
        await asyncio.sleep(0.01)


def _opinion(sink: SmtpSink, recipient: str) -> str:
    if recipient.startswith("refused@"):
        return "550 5.1.1 no such mailbox"
    if recipient.startswith("later@") and recipient not in sink.refused_once:
        sink.refused_once.add(recipient)
        return "451 4.7.1 try again later"
    return "250 ok"


def _address(line: str) -> str:
    return line[line.index("<") + 1 : line.index(">")]


async def _answer(writer: asyncio.StreamWriter, text: str) -> None:
    writer.write(f"{text}\r\n".encode())
    await writer.drain()

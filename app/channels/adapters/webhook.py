"""Stock by signed HTTP call: one POST of JSON to an address of the channel's own (docs/stock-publication.md)."""

from collections.abc import Mapping
from typing import Any

from app.channels.ports import NotTaken, Offer, StockMessage, Target
from app.kernel.errors import ProviderError
from app.kernel.http import Answer, Guard, HttpClient, Policy, Refused, Unavailable
from app.kernel.signing import canonical, sign_webhook

# Its own next try is the delivery's, which waits longer and longer and holds nobody up.
POLICY = Policy(connect_seconds=5, read_seconds=10, total_seconds=20, tries=1, most_bytes=1_000_000)
CONTENT = frozenset({400, 413, 422})
REMEDIES = {
    401: "it does not know our signature: give the channel the secret of this page, or make a new one",
    403: "it does not let us in: give the channel the secret of this page, or ask its operator to let us in",
    404: "there is nothing at this address: correct it",
    405: "it takes no POST: correct the address",
    410: "the address is gone: write the new one",
}
LONGEST_REASON = 200


class StockWebhook:
    name = "webhook"
    most_offers = 500

    def __init__(self, guard: Guard, *, policy: Policy = POLICY) -> None:
        self._client = HttpClient("the channel", policy=policy, guard=guard)

    def publish(self, message: StockMessage, *, target: Target) -> Mapping[str, str]:
        body = canonical(_written(message))
        signed = sign_webhook(f"stock-{message.channel}-{message.number}", body, target.secrets)
        headers = {"Content-Type": "application/json", **signed}
        try:
            answer = self._client.send("POST", target.address, content=body, headers=headers)
        except Refused as refused:
            raise _meaning(refused.answer) from None
        except Unavailable as trouble:
            raise ProviderError(str(trouble), retry_after=trouble.retry_after) from None
        return _refusals(answer, {offer.sku for offer in message.offers})


def _written(message: StockMessage) -> dict[str, Any]:
    return {
        "type": "stock.offers",
        "channel": message.channel,
        "number": message.number,
        "as_of": message.as_of.isoformat(),
        "offers": [_offer(offer) for offer in message.offers],
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "sku": offer.sku,
        "aliases": offer.aliases,
        "units": offer.units,
        "backorders": offer.backorders,
        "version": offer.version,
    }


def _meaning(answer: Answer) -> ProviderError:
    if answer.status in CONTENT:
        return NotTaken(f"the channel answered {answer.status}: it does not take these values", permanent=True)
    if answer.status < 400:
        return ProviderError(
            f"the channel answered {answer.status} and sends us elsewhere: write the final address", permanent=True
        )
    remedy = REMEDIES.get(answer.status, "ask its operator what it means")
    return ProviderError(f"the channel answered {answer.status}: {remedy}", permanent=True)


def _refusals(answer: Answer, asked: set[str]) -> dict[str, str]:
    """From a body of ``{"refused": [{"sku": …, "reason": …}]}``; a channel that says nothing has taken all."""
    try:
        said = answer.json()
    except ProviderError:
        return {}
    listed = said.get("refused") if isinstance(said, dict) else None
    named = [each for each in listed if isinstance(each, dict)] if isinstance(listed, list) else []
    reasons = {str(each.get("sku")): _clean(each.get("reason")) for each in named}
    return {sku: reason for sku, reason in reasons.items() if sku in asked}


def _clean(reason: object) -> str:
    """Words of a stranger: one line that a database and a page can hold."""
    printable = "".join(letter if letter.isprintable() else " " for letter in str(reason or ""))
    return printable.strip()[:LONGEST_REASON] or "the channel gave no reason"

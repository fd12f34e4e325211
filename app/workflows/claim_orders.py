"""Each order once: claims keys and external numbers, finds what was answered before."""

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.orders import exceptions, keys, known
from app.orders.keys import Claim, Taken
from app.orders.known import External
from app.orders.values import Failure, Placement
from app.workflows.check_orders import Checked

OTHER_BODY = Failure(
    code="key_reused",
    field="Idempotency-Key",
    message="this key was used before with another body: send a new key for a new order",
)


@dataclass(kw_only=True)
class Claims:
    """By position in the batch: what is answered already, and who in the same batch follows whom."""

    answered: dict[int, Placement] = field(default_factory=dict)
    leader: dict[int, int] = field(default_factory=dict)
    replays: dict[int, Claim] = field(default_factory=dict)
    all: dict[int, list[Claim]] = field(default_factory=dict)
    taken: Collection[Claim] = ()


def claim_orders(session: Session, checked: Sequence[Checked], positions: Sequence[int]) -> Claims:
    """Claim for the orders at these positions; the first lock of a placement."""
    claims = Claims()
    wanted = _collect(checked, positions, claims)
    taken = keys.claim(session, wanted) if wanted else {}
    claims.taken = taken.keys()
    externals = {position: _external(checked[position]) for position in positions if _external(checked[position])}
    numbers = [external for external in externals.values() if external]
    placed = known.by_external_number(session, numbers) if numbers else {}
    parked = exceptions.open_ones(session, numbers) if numbers else {}
    for position in positions:
        if position not in claims.leader and position not in claims.answered:
            answer = _answer(checked[position], taken, placed, parked)
            if answer:
                claims.answered[position] = answer
    return claims


def store_answers(session: Session, claims: Claims, placements: Sequence[Placement | None]) -> None:
    """Keep what each key's owner is told; free the keys of what was refused for want of stock."""
    told: dict[Claim, tuple[int, str]] = {}
    freed: list[Claim] = []
    for position, mine in claims.all.items():
        placement = placements[position]
        mine = [claim for claim in mine if claim not in claims.taken]
        if placement is None or not mine:
            continue
        if placement.came_to_nothing:
            freed.extend(mine)
        elif claims.replays.get(position) in mine:
            told[claims.replays[position]] = (201 if placement.order_id else 202, _to_json(placement))
    if told:
        keys.answer(session, told)
    if freed:
        keys.give_up(session, freed)


def _collect(checked: Sequence[Checked], positions: Sequence[int], claims: Claims) -> dict[Claim, bytes]:
    wanted: dict[Claim, bytes] = {}
    owner: dict[Claim, int] = {}
    for position in positions:
        mine = _claims_of(checked[position])
        leaders = [owner[one] for one in mine if one in owner]
        if leaders:
            if any(wanted.get(one, mine[one]) != mine[one] for one in mine):
                claims.answered[position] = Placement(failures=(OTHER_BODY,))
            else:
                claims.leader[position] = leaders[0]
            continue
        wanted.update(mine)
        owner.update(dict.fromkeys(mine, position))
        claims.all[position] = list(mine)
        replay = checked[position].request.replay
        if replay:
            claims.replays[position] = (replay.scope, replay.key)
    return wanted


def _claims_of(one: Checked) -> dict[Claim, bytes]:
    request = one.request
    mine: dict[Claim, bytes] = {}
    if request.replay:
        mine[request.replay.scope, request.replay.key] = request.replay.request_hash
    external = _external(one)
    if external and request.mends is None:
        mine[keys.external(*external)] = b""
    return mine


def _external(one: Checked) -> External | None:
    number = one.request.external_number
    return (one.channel.id, number) if number else None


def _answer(
    one: Checked, taken: dict[Claim, Taken], placed: dict[External, Placement], parked: dict[External, int]
) -> Placement | None:
    replay, external = one.request.replay, _external(one)
    before = taken.get((replay.scope, replay.key)) if replay else None
    if replay and before:
        if before.request_hash != replay.request_hash:
            return Placement(failures=(OTHER_BODY,))
        return _from_answer(before)
    if external in placed:
        return placed[external]
    if external in parked and one.request.mends != parked[external]:
        return Placement(exception_id=parked[external], duplicate=True, failures=one.failures)
    return None


def _to_json(placement: Placement) -> str:
    plain = {
        "order_id": placement.order_id,
        "number": placement.number,
        "status": placement.status,
        "tracking_key": placement.tracking_key,
        "promised_at": placement.promised_at.isoformat() if placement.promised_at else None,
        "exception_id": placement.exception_id,
        "failures": [vars(failure) for failure in placement.failures],
    }
    return json.dumps(plain)


def _from_answer(before: Taken) -> Placement:
    plain = dict(before.answer or {})
    failures = tuple(Failure(**failure) for failure in plain.pop("failures", []))
    promised = plain.pop("promised_at", None)
    promised_at = datetime.fromisoformat(promised) if promised else None
    return replace(Placement(**plain), promised_at=promised_at, failures=failures, duplicate=True)

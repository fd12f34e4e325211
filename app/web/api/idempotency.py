"""One effect per key: the answer is stored in the transaction of its effect and given again to whoever repeats."""

import json
from collections.abc import Callable

from flask import Response
from pydantic import BaseModel
from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import uow
from app.orders import keys
from app.orders.values import Replay
from app.web.api.problems import Refused

PATIENCE = text("SET LOCAL lock_timeout = '5s'")


def once(replay: Replay, work: Callable[[Session], BaseModel], *, status: int) -> Response:
    """Do the work unless this key was answered before; both get the same answer. Waits 5 s for one in flight."""
    body, repeated = uow.run(lambda session: _once(session, replay, work, status))
    return reply(status, body, repeated=repeated)


def reply(status: int, body: str, *, repeated: bool = False) -> Response:
    response = Response(body, status=status, mimetype="application/json")
    if repeated:
        response.headers["Idempotent-Replayed"] = "true"
    return response


def _once(session: Session, replay: Replay, work: Callable[[Session], BaseModel], status: int) -> tuple[str, bool]:
    session.execute(PATIENCE)
    claim = (replay.scope, replay.key)
    taken = keys.claim(session, {claim: replay.request_hash}).get(claim)
    if taken is None:
        answer = _printed(work(session).model_dump())
        keys.answer(session, {claim: (status, answer)})
        return answer, False
    if taken.request_hash != replay.request_hash:
        raise Refused(422, "this Idempotency-Key was used before with another body: send a new key")
    return _printed(taken.answer), True


def _printed(answer: object) -> str:
    """Sorted, because JSONB does not keep the order of the keys."""
    return json.dumps(answer, sort_keys=True, ensure_ascii=False)

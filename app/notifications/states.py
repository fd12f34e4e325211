"""What can become of a message."""

from enum import StrEnum

from app.kernel.states import StateMachine, Transition


class S(StrEnum):
    DRAFT = "draft"
    WITHDRAWN = "withdrawn"
    QUEUED = "queued"
    HANDING_OVER = "handing_over"
    SENT = "sent"
    KEPT = "kept"
    REFUSED = "refused"
    SUPPRESSED = "suppressed"
    UNCERTAIN = "uncertain"


# A draft goes out when somebody has read it.
# An uncertain or refused message is handed over again only when somebody sets its delivery going again.
MESSAGE = StateMachine(
    "message",
    initial=S.DRAFT,
    transitions=[
        Transition("approve", frozenset({S.DRAFT}), S.QUEUED),
        Transition("withdraw", frozenset({S.DRAFT}), S.WITHDRAWN),
        Transition("suppress", frozenset({S.QUEUED}), S.SUPPRESSED),
        Transition("keep", frozenset({S.QUEUED, S.REFUSED, S.UNCERTAIN}), S.KEPT),
        Transition("hand_over", frozenset({S.QUEUED, S.REFUSED, S.UNCERTAIN}), S.HANDING_OVER),
        Transition("accept", frozenset({S.HANDING_OVER}), S.SENT),
        Transition("put_back", frozenset({S.QUEUED, S.HANDING_OVER, S.REFUSED, S.UNCERTAIN}), S.QUEUED),
        Transition("refuse", frozenset({S.QUEUED, S.HANDING_OVER, S.REFUSED, S.UNCERTAIN}), S.REFUSED),
        Transition("doubt", frozenset({S.QUEUED, S.HANDING_OVER, S.REFUSED, S.UNCERTAIN}), S.UNCERTAIN),
    ],
)
FINISHED = frozenset({S.SENT, S.KEPT, S.SUPPRESSED, S.WITHDRAWN})

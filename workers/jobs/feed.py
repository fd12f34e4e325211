"""One consumer of the feed reads on until it has caught up."""

from app.kernel import feed, uow

BATCH = 500


def run(consumer: str) -> None:
    while uow.run(lambda session: feed.consume(session, consumer, limit=BATCH)) == BATCH:
        pass

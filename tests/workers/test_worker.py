"""The worker among its kind in Redis."""

import pytest
from rq.serializers import JSONSerializer

from app.kernel import jobs
from tests.servers import own_valkey
from workers.worker import Worker


@pytest.fixture
def redis():
    with own_valkey() as (server, _):
        yield jobs.connect(server.url)


@pytest.fixture
def worker(redis):
    born = Worker(["notifications", "documents"], connection=redis, serializer=JSONSerializer)
    born.register_birth()
    return born


def test_a_worker_is_known_again_after_a_flush(redis, worker):
    redis.flushall()

    worker.heartbeat()

    [seen] = jobs.workers(redis)
    assert (seen.name, seen.queues) == (worker.name, {"notifications", "documents"})

"""Deliveries of one handler, by id."""

from collections.abc import Sequence

from workers import process
from workers.carrying import carry_out


def run(handler: str, ids: Sequence[int]) -> None:
    carry_out(handler, ids, lease_seconds=process.config().lease_seconds)

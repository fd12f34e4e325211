"""Engine, metadata and the declarative base; no package defines another."""

from datetime import datetime
from typing import Annotated

from sqlalchemy import BigInteger, DateTime, Engine, Identity, MetaData, create_engine
from sqlalchemy.orm import DeclarativeBase, mapped_column

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map = {int: BigInteger, datetime: DateTime(timezone=True)}


BigId = Annotated[int, mapped_column(BigInteger, Identity(always=False), primary_key=True)]


def open_engine(url: str, *, pool_size: int = 10, application_name: str = "waybill") -> Engine:
    """An engine whose sessions speak UTC, wait 20 s for a lock and never idle for a minute in a transaction."""
    return create_engine(
        url,
        pool_size=pool_size,
        max_overflow=0,
        pool_pre_ping=True,
        pool_use_lifo=True,  # what was used last is warm: its plans are made, its tables known
        hide_parameters=True,
        pool_timeout=10,
        connect_args={
            "application_name": application_name,
            "connect_timeout": 5,
            "options": "-c timezone=UTC -c lock_timeout=20s -c idle_in_transaction_session_timeout=60s",
        },
    )

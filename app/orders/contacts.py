"""Who gets an order and where; each field may change while no site works on it."""

from collections.abc import Collection, Sequence
from dataclasses import asdict, dataclass, fields
from hashlib import sha256

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.kernel import bulk
from app.kernel.errors import NotFound
from app.kernel.signing import canonical
from app.orders.models import OrderContact
from app.orders.values import Contact

FIELDS = tuple(field.name for field in fields(Contact))


@dataclass(frozen=True, kw_only=True)
class Placed:
    """A contact and where on earth it is, in micro-degrees."""

    order_id: int
    contact: Contact
    place: tuple[int, int] | None


def load(session: Session, order_ids: Collection[int]) -> dict[int, Contact]:
    columns = [OrderContact.order_id, *(getattr(OrderContact, name) for name in FIELDS)]
    rows = session.execute(select(*columns).where(OrderContact.order_id.in_(order_ids)))
    return {row.order_id: Contact(**{name: getattr(row, name) for name in FIELDS}) for row in rows}


def get(session: Session, order_id: int) -> Contact:
    """Raises NotFound for an order without a contact."""
    found = load(session, [order_id])
    if order_id not in found:
        raise NotFound("this order has no address: its personal data was erased")
    return found[order_id]


def fingerprint(contact: Contact) -> str:
    """Changes with any field: shows whether somebody else was faster."""
    return sha256(canonical(asdict(contact))).hexdigest()[:32]


def changed_fields(before: Contact, after: Contact) -> tuple[str, ...]:
    return tuple(name for name in FIELDS if (getattr(before, name) or "") != (getattr(after, name) or ""))


def write(session: Session, placed: Sequence[Placed]) -> None:
    """Replace the contacts of locked orders."""
    columns = (*FIELDS, "latitude_e6", "longitude_e6")
    bulk.insert(
        session,
        OrderContact,
        [_row(one) for one in placed],
        suffix="ON CONFLICT (order_id) DO UPDATE SET " + ", ".join(f"{name} = excluded.{name}" for name in columns),
    )


def _row(one: Placed) -> dict[str, object]:
    latitude, longitude = one.place or (None, None)
    return {"order_id": one.order_id, **asdict(one.contact), "latitude_e6": latitude, "longitude_e6": longitude}

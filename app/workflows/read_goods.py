"""What a person types or a scanner reads when goods are bought: our code, a GTIN, or the supplier's own code."""

from collections.abc import Collection

from sqlalchemy.orm import Session

from app.catalogue import codes, goods
from app.catalogue.goods import Good
from app.purchasing import terms

Named = tuple[int, str]


def read_goods(session: Session, named: Collection[Named]) -> dict[Named, Good]:
    """By (supplier id, text); what nobody calls so is missing. Our own codes win over a supplier's."""
    own = codes.resolve(session, {text for _, text in named})
    called = terms.skus_called(session, [(supplier, text.strip()) for supplier, text in named if text not in own])
    found = goods.find(session, codes=own.values(), ids=called.values())
    by_code, by_id = {one.code: one for one in found}, {one.id: one for one in found}
    read: dict[Named, Good] = {}
    for supplier, text in named:
        if text in own:
            read[supplier, text] = by_code[own[text]]
        elif (supplier, text.strip()) in called:
            read[supplier, text] = by_id[called[supplier, text.strip()]]
    return read

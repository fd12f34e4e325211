"""What channels call our SKUs, learnt from a person who mended an order."""

from collections.abc import Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import Invalid


def remember(session: Session, channel_id: int, names: Mapping[str, str]) -> None:
    """The channel's name to our SKU's code. Raises Invalid for a code that we do not have."""
    known = session.execute(
        text(
            "INSERT INTO sku_aliases (channel_id, alias, sku_id) SELECT :channel_id, v.alias, s.id"
            " FROM unnest(CAST(:aliases AS text[]), CAST(:codes AS text[])) AS v(alias, code)"
            " JOIN skus s ON s.code = v.code ORDER BY v.alias"
            " ON CONFLICT (channel_id, alias) DO UPDATE SET sku_id = excluded.sku_id RETURNING alias"
        ),
        {"channel_id": channel_id, "aliases": list(names), "codes": list(names.values())},
    ).scalars()
    missing = sorted(set(names) - set(known))
    if missing:
        raise Invalid([("sku", f"there is no SKU “{names[alias]}”: choose one of ours") for alias in missing])

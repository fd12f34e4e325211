"""What channels call our SKUs, learnt from a person who mended an order."""

from collections.abc import Collection, Mapping

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel.errors import Invalid


def remember(session: Session, names: Mapping[tuple[int, str], str]) -> None:
    """Our SKU's code by channel id and the channel's name for it; codes that we do not have were refused before."""
    session.execute(
        text(
            "INSERT INTO sku_aliases (channel_id, alias, sku_id) SELECT v.channel_id, v.alias, s.id"
            " FROM unnest(CAST(:channel_ids AS bigint[]), CAST(:aliases AS text[]), CAST(:codes AS text[]))"
            " AS v(channel_id, alias, code) JOIN skus s ON s.code = v.code ORDER BY v.channel_id, v.alias"
            " ON CONFLICT (channel_id, alias) DO UPDATE SET sku_id = excluded.sku_id"
        ),
        {
            "channel_ids": [channel_id for channel_id, _ in names],
            "aliases": [alias for _, alias in names],
            "codes": list(names.values()),
        },
    )


def refuse_unknown(session: Session, codes: Collection[str]) -> None:
    """Raises Invalid, naming every code that is no SKU of ours."""
    known = session.execute(
        text("SELECT code FROM skus WHERE code = ANY(CAST(:codes AS text[]))"), {"codes": sorted(codes)}
    ).scalars()
    missing = sorted(set(codes) - set(known))
    if missing:
        raise Invalid([("sku", f"there is no SKU “{code}”: choose one of ours, or add it first") for code in missing])

"""10,000 SKUs with prices, and their levels at every site (the store keeps a third of them)."""

from typing import Any

import psycopg

from app.fulfilment.distance import metres
from app.fulfilment.geography import locate
from app.workflows.demo.words import KINDS, MAKES, PLACES
from tests.bench.data.words import SIZES

GOODS = 10_000


def make(connection: psycopg.Connection[Any]) -> None:
    kinds = [[kind, group, str(minor), str(weight)] for kind, group, minor, weight in KINDS]
    connection.execute(SKUS, {"kinds": kinds, "makes": list(MAKES), "sizes": list(SIZES), "count": GOODS})
    connection.execute("INSERT INTO prices (price_list_id, sku_id, minor) SELECT 1, id, minor FROM made.goods")
    connection.execute(LEVELS)
    _places(connection)


def _places(connection: psycopg.Connection[Any]) -> None:
    """Where customers live: the nearest and the second nearest warehouse, and how far each site is."""
    sites = connection.execute("SELECT id, latitude_e6, longitude_e6, kind FROM sites ORDER BY id").fetchall()
    connection.execute(PLACE_TABLE)
    for id, (city, state, postal_code, region) in enumerate(PLACES, start=1):
        at = locate("US", postal_code, city, state)
        assert at is not None
        far = {site: metres(latitude, longitude, *at) for site, latitude, longitude, _ in sites}
        near = sorted((site for site, _, _, kind in sites if kind == "warehouse"), key=lambda site: far[site])
        row = (id, city, state, postal_code, region, *at, near[0], near[1], list(far.values()))
        connection.execute("INSERT INTO made.places VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)", row)


PLACE_TABLE = """
CREATE UNLOGGED TABLE made.places (
    id int, city text, state text, postal_code text, region text, latitude_e6 bigint, longitude_e6 bigint,
    nearest bigint, second bigint, distances bigint[])
"""

SKUS = """
CREATE SCHEMA made;
CREATE UNLOGGED TABLE made.goods AS
SELECT n AS id, upper(left(replace(kind[1], ' ', ''), 4)) || '-' || upper(left(make, 3)) || '-' || lpad(n::text, 5, '0')
       AS code, kind[1] || ' ' || make || ' ' || size || ' ' || (1 + n / 2000) AS name, kind[2] AS category,
       kind[3]::bigint + 100 * (n %% 17) AS minor, kind[4]::bigint AS weight_g
  FROM generate_series(1, %(count)s) n,
       LATERAL (SELECT ARRAY[(%(kinds)s::text[][])[1 + n %% 20][1], (%(kinds)s::text[][])[1 + n %% 20][2],
                             (%(kinds)s::text[][])[1 + n %% 20][3], (%(kinds)s::text[][])[1 + n %% 20][4]] AS kind,
                       (%(makes)s::text[])[1 + n / 20 %% 10] AS make, (%(sizes)s::text[])[1 + n / 200 %% 10] AS size) w;
INSERT INTO skus (id, code, name, category, weight_g, gtin)
SELECT id, code, name, category, weight_g, '21' || lpad(id::text, 11, '0') FROM made.goods;
"""

# The id says which level it is, so that lines find theirs without a look.
LEVELS = """
INSERT INTO stock_levels (id, sku_id, site_id)
SELECT (g.id - 1) * 5 + s.id, g.id, s.id FROM made.goods g, sites s WHERE s.kind = 'warehouse' OR g.id % 3 = 0
"""

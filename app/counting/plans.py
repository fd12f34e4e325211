"""Count plans and settings as the pages list and change them."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.counting.classes import CLASSES
from app.counting.tolerance import Rules
from app.kernel.errors import Invalid, NotFound, Outrun

LONGEST_DAYS, MOST_PLACES = 3_650, 500


@dataclass(frozen=True, kw_only=True)
class CountDefaults:
    """Shares in hundredths of a per cent; ``rules`` are for counts that follow no plan."""

    class_a_bp: int = 8_000
    class_b_bp: int = 9_500
    rules: Rules = Rules(approval_minor=10_000)


@dataclass(frozen=True, kw_only=True)
class PlanFacts:
    """Class or zone None means any."""

    site_id: int
    abc_class: str | None
    zone: str | None
    every_days: int
    most_places: int
    rules: Rules
    is_active: bool = True


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """``open_places`` are asked for and not handed in yet."""

    id: int
    site_id: int
    site: str
    facts: PlanFacts
    version: int
    open_places: int


def defaults(session: Session) -> CountDefaults:
    row = session.execute(text(f"SELECT class_a_bp, class_b_bp, {RULES} FROM count_settings")).one_or_none()
    if row is None:
        return CountDefaults()
    return CountDefaults(class_a_bp=row.class_a_bp, class_b_bp=row.class_b_bp, rules=_rules(row))


def change_defaults(session: Session, wanted: CountDefaults) -> None:
    """Raises Invalid. Counts that are planned already keep their rules."""
    if not 0 < wanted.class_a_bp < wanted.class_b_bp <= 10_000:
        raise Invalid([("class_b", "B must end above A, and at 100 at most: write shares such as 80 and 95")])
    values = {"class_a_bp": wanted.class_a_bp, "class_b_bp": wanted.class_b_bp, **asdict(wanted.rules)}
    session.execute(text(WRITE_SETTINGS), values)


def listed(session: Session) -> Sequence[PlanRow]:
    """Active ones first, by site."""
    return _read(session, "true", {})


def get(session: Session, plan_id: int) -> PlanRow:
    """Raises NotFound."""
    found = _read(session, "p.id = :id", {"id": plan_id})
    if not found:
        raise NotFound(f"there is no count plan {plan_id}")
    return found[0]


def add(session: Session, facts: PlanFacts) -> int:
    return int(session.execute(text(INSERT), _values(facts)).scalar_one())


def change(session: Session, plan_id: int, facts: PlanFacts, *, version: int) -> None:
    """Raises StaleState if somebody changed it since ``version``. Counts that are planned already keep their rules."""
    changed = session.execute(text(UPDATE), {**_values(facts), "id": plan_id, "version": version}).scalar()
    if changed is None:
        get(session, plan_id)
        raise Outrun("this plan was changed by somebody else meanwhile: load the page again")


def _values(facts: PlanFacts) -> dict[str, object]:
    failures = [
        (field, message)
        for field, is_wrong, message in (
            ("abc_class", facts.abc_class not in (None, *CLASSES), "choose A, B, C or any class"),
            ("every_days", not 1 <= facts.every_days <= LONGEST_DAYS, f"write 1 to {LONGEST_DAYS:,} days"),
            ("most_places", not 1 <= facts.most_places <= MOST_PLACES, f"write 1 to {MOST_PLACES} places"),
        )
        if is_wrong
    ]
    if failures:
        raise Invalid(failures)
    own = {name: getattr(facts, name) for name in PlanFacts.__dataclass_fields__ if name != "rules"}
    return {**own, **asdict(facts.rules)}


def _read(session: Session, condition: str, values: dict[str, int]) -> list[PlanRow]:
    rows = session.execute(text(f"{SELECT} WHERE {condition} ORDER BY p.is_active DESC, s.code, p.id"), values)
    return [_plan(row) for row in rows]


def _plan(row: object) -> PlanRow:
    own = {name: getattr(row, name) for name in PlanFacts.__dataclass_fields__ if name != "rules"}
    facts = PlanFacts(**own, rules=_rules(row))
    kept = {name: getattr(row, name) for name in ("id", "site_id", "site", "version", "open_places")}
    return PlanRow(**kept, facts=facts)


def _rules(row: object) -> Rules:
    return Rules(**{name: getattr(row, name) for name in Rules.__dataclass_fields__})


RULES = "tolerance_units, tolerance_bp, approval_minor"
SELECT = f"""
SELECT p.id, p.site_id, s.code AS site, p.abc_class, p.zone, p.every_days, p.most_places, p.is_active, p.version,
       {", ".join(f"p.{name}" for name in RULES.split(", "))},
       (SELECT count(*) FROM counts c JOIN count_places q ON q.count_id = c.id AND q.counted_at IS NULL
         WHERE c.plan_id = p.id AND c.state IN ('planned', 'counting')) AS open_places
  FROM count_plans p JOIN sites s ON s.id = p.site_id
"""
INSERT = f"""
INSERT INTO count_plans (site_id, abc_class, zone, every_days, most_places, {RULES}, is_active)
VALUES (:site_id, :abc_class, :zone, :every_days, :most_places, :tolerance_units, :tolerance_bp, :approval_minor,
        :is_active) RETURNING id
"""
UPDATE = """
UPDATE count_plans
   SET site_id = :site_id, abc_class = :abc_class, zone = :zone, every_days = :every_days, most_places = :most_places,
       tolerance_units = :tolerance_units, tolerance_bp = :tolerance_bp, approval_minor = :approval_minor,
       is_active = :is_active, version = version + 1
 WHERE id = :id AND version = :version RETURNING id
"""
WRITE_SETTINGS = f"""
INSERT INTO count_settings (id, class_a_bp, class_b_bp, {RULES})
VALUES (1, :class_a_bp, :class_b_bp, :tolerance_units, :tolerance_bp, :approval_minor)
ON CONFLICT (id) DO UPDATE SET class_a_bp = excluded.class_a_bp, class_b_bp = excluded.class_b_bp,
   tolerance_units = excluded.tolerance_units, tolerance_bp = excluded.tolerance_bp,
   approval_minor = excluded.approval_minor
"""

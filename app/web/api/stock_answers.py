"""What a client gets back about stock; read by OpenAPI and by the views, so that the two agree."""

from typing import Any

from pydantic import BaseModel, Field
from sqlalchemy import Row


class LevelAnswer(BaseModel):
    """Units of one SKU at one site. available = on_hand - allocated - reserved - unavailable - safety_stock."""

    sku: str
    site: str
    on_hand: int
    allocated: int = Field(description="Promised to orders.")
    reserved: int = Field(description="Held for carts and quotes.")
    unavailable: int = Field(description="Damaged, in quarantine, on hold or expired.")
    safety_stock: int
    available: int = Field(description="May be promised; never below 0, and 0 at a closed site.")
    incoming: int = Field(description="Expected, and not in on_hand.")
    movements: int = Field(description="Grows with every change of this level.")
    changed_at: str | None


class StockList(BaseModel):
    """`next` is the address of the following page; null on the last."""

    stock: list[LevelAnswer]
    next: str | None


class SkuAnswer(BaseModel):
    """`on_hand` and `available` are those of all sites together."""

    code: str
    name: str
    category: str
    gtin: str | None
    weight_g: int
    tax_class: str
    tracking: str = Field(description="none, lot or serial.")
    is_active: bool
    on_hand: int
    available: int


class SkuList(BaseModel):
    """`next` is the address of the following page; null on the last."""

    skus: list[SkuAnswer]
    next: str | None


class SiteAnswer(BaseModel):
    """A place that holds stock and ships it. Orders that come before `cut_off` leave on the same day."""

    code: str
    name: str
    kind: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    time_zone: str
    cut_off: str
    priority: int
    is_active: bool


class SiteList(BaseModel):
    """`next` is the address of the following page; null on the last."""

    sites: list[SiteAnswer]
    next: str | None


def level(row: Row[Any]) -> LevelAnswer:
    changed_at = row.changed_at.isoformat() if row.changed_at else None
    return LevelAnswer(**{**row._mapping, "changed_at": changed_at})


def sku(row: Row[Any]) -> SkuAnswer:
    return SkuAnswer(**row._mapping)


def site(row: Row[Any]) -> SiteAnswer:
    return SiteAnswer(**row._mapping)

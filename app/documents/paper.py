"""Sheets that a site's printer takes, and how large we write on them. Lengths are points."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Paper:
    width: float
    height: float
    margin: float
    size: float
    lead: float
    barcode: float
    logo: tuple[float, float]

    @property
    def room(self) -> float:
        return self.width - 2 * self.margin

    @property
    def is_narrow(self) -> bool:
        return self.width < 400

    @property
    def small(self) -> float:
        return self.size * 0.85


A4 = Paper(width=595.28, height=841.89, margin=42, size=9.5, lead=12.5, barcode=34, logo=(150, 42))
LETTER = Paper(width=612, height=792, margin=42, size=9.5, lead=12.5, barcode=34, logo=(150, 42))
LABEL = Paper(width=288, height=432, margin=14, size=7.5, lead=9.5, barcode=26, logo=(80, 24))

PAPERS = {"a4": A4, "letter": LETTER, "4x6": LABEL}

"""What the doctor says about one thing."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "note", "PROBLEM"]


@dataclass(frozen=True)
class Diagnosis:
    """A problem's sentence ends with the remedy; a note is worth knowing and no fault."""

    level: Level
    about: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.level:<8} {self.about:<13} {self.sentence}"


def ok(about: str, sentence: str) -> Diagnosis:
    return Diagnosis("ok", about, sentence)


def note(about: str, sentence: str) -> Diagnosis:
    return Diagnosis("note", about, sentence)


def problem(about: str, sentence: str) -> Diagnosis:
    return Diagnosis("PROBLEM", about, sentence)

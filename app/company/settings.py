"""What the company says about itself: read, change, logo."""

from dataclasses import dataclass

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.kernel import text as typed
from app.kernel.errors import NotFound
from app.kernel.money import exponent


@dataclass(frozen=True, kw_only=True)
class Settings:
    name: str
    time_zone: str
    currency: str
    slip_sender: str = ""
    mail_from: str = ""


@dataclass(frozen=True, kw_only=True)
class Logo:
    file_id: int
    key: str
    media_type: str


def read(session: Session) -> Settings:
    """Raises NotFound before the first set-up."""
    row = session.execute(text("SELECT name, time_zone, currency, slip_sender, mail_from FROM company")).one_or_none()
    if row is None:
        raise NotFound("there is no company yet: start with `make run`")
    return Settings(**row._mapping)


def change(session: Session, settings: Settings) -> None:
    """Raises Invalid for a time zone or currency that does not exist."""
    typed.time_zone(settings.time_zone)
    exponent(settings.currency)
    session.execute(
        text(
            "UPDATE company SET name = :name, time_zone = :time_zone, currency = :currency,"
            " slip_sender = :slip_sender, mail_from = :mail_from"
        ),
        vars(settings),
    )


def logo(session: Session) -> Logo | None:
    statement = text("SELECT f.id AS file_id, f.key, f.media_type FROM company c JOIN files f ON f.id = c.logo_file_id")
    row = session.execute(statement).one_or_none()
    return Logo(**row._mapping) if row else None


def set_logo(session: Session, file_id: int | None) -> None:
    session.execute(text("UPDATE company SET logo_file_id = :file_id"), {"file_id": file_id})

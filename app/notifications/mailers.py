"""Mailers by short name, and the one that the settings ask for."""

from pathlib import Path

from app.kernel.registry import Registry
from app.notifications.ports import Mailer

MAILERS: Registry[Mailer] = Registry(
    "mailer",
    kept="app.notifications.adapters.kept.KeptMailer",
    smtp="app.notifications.adapters.smtp.SmtpMailer",
)


def mailer_for(smtp_url: str, *, folder: Path) -> Mailer:
    """Without an address of a mail server, mails are kept in ``folder`` and on the messages page."""
    return MAILERS.get("smtp")(smtp_url) if smtp_url else MAILERS.get("kept")(folder)

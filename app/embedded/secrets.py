"""Passwords and keys made at random when an instance is first used; readable by its owner alone."""

import json
import os
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from secrets import token_hex, token_urlsafe


@dataclass(frozen=True)
class Secrets:
    superuser: str
    owner: str
    app: str
    valkey: str
    supervisor: str
    secret_key: str


def secrets_of(instance: Path) -> Secrets:
    """Read, or make at first use. Two processes that make them at once end with the same ones."""
    path = instance / "secrets.json"
    if not path.exists():
        _publish(path, Secrets(**{field.name: token_urlsafe(32) for field in fields(Secrets)}))
    return Secrets(**json.loads(path.read_text()))


def _publish(path: Path, secrets: Secrets) -> None:
    draft = path.with_name(f"{path.name}.{os.getpid()}.{token_hex(4)}")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(asdict(secrets), indent=2))
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        return
    finally:
        draft.unlink()

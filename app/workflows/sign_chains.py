"""Once a day, the state of all stock chains is signed with a key that the database does not hold."""

from sqlalchemy.orm import Session

from app.inventory import heads
from app.kernel import clock
from app.kernel.crypto import Keyring

PURPOSE = "stock chain heads"


def sign_chains(session: Session, keys: Keyring) -> None:
    """Sign all movements that are settled by now."""
    heads.take(session, keys.derive(PURPOSE)[0], as_of=clock.now() - heads.SETTLED)

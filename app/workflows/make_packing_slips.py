"""A packing slip is made once, after its work is released: read, drawn outside any transaction, then kept."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.documents.paper import A4, Paper
from app.documents.slip import Slip, packing_slips
from app.kernel.deliveries import Held
from app.kernel.effects import Record, nothing
from app.kernel.files import FileStore, StoredFile, add, keep
from app.kernel.uow import unit_of_work
from app.workflows.load_slips import LoadedSlip, load_slips

PDF = "application/pdf"


@dataclass(frozen=True)
class SlipMaker:
    files: FileStore

    def make(self, held: Held) -> Record:
        """An effect of the outside kind, heard after ``WorkReleased``; a slip that exists is left as it is."""
        with unit_of_work() as session:
            [loaded] = load_slips(session, [int(held.ids["fulfilment_order_id"])])
        if loaded.slip_file_id is not None:
            return nothing
        pdf = print_slips([loaded], self.files, paper=A4)
        file = keep(self.files, pdf, name=f"{loaded.slip.code}.pdf", media_type=PDF)
        return partial(_keep, file=file, fulfilment_order_id=loaded.fulfilment_order_id)


def print_slips(loaded: Sequence[LoadedSlip], files: FileStore, *, paper: Paper) -> bytes:
    """One PDF of all of them, for the first print and for copies. Call it outside any transaction."""
    logos = {key: _read(files, key) for key in {each.logo_key for each in loaded} if key}
    return packing_slips([_with_logo(each.slip, logos.get(each.logo_key or "")) for each in loaded], paper)


def _with_logo(slip: Slip, logo: bytes | None) -> Slip:
    return replace(slip, sender=replace(slip.sender, logo=logo))


def _read(files: FileStore, key: str) -> bytes:
    with files.open(key) as stream:
        return stream.read()


def _keep(session: Session, *, file: StoredFile, fulfilment_order_id: int) -> None:
    """Where another worker was faster its slip stays, and ours is a file that nothing names."""
    file_id = add(session, file)
    session.execute(
        text("UPDATE fulfilment_orders SET slip_file_id = :file WHERE id = :id AND slip_file_id IS NULL"),
        {"file": file_id, "id": fulfilment_order_id},
    )

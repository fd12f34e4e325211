"""A packing slip is made once, after its work is released: read, drawn outside any transaction, then kept."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.documents.paper import A4, Paper
from app.documents.slip import Slip, packing_slips
from app.kernel.deliveries import Held
from app.kernel.effects import HandOver
from app.kernel.files import FileStore, StoredFile, keep
from app.kernel.uow import unit_of_work
from app.workflows.load_slips import LoadedSlip, load_slips

PDF = "application/pdf"


@dataclass(frozen=True)
class SlipMaker:
    """An effect of the outside kind, heard after ``WorkReleased``; a slip that exists is left as it is."""

    files: FileStore

    @contextmanager
    def begin(self, held: Sequence[Held]) -> Iterator[Callable[[Held, HandOver], StoredFile | None]]:
        with unit_of_work() as session:
            found = load_slips(session, [_fulfilment_order_id(each) for each in held])
        loaded = {each.fulfilment_order_id: each for each in found}
        logos = _logos(found, self.files)
        yield lambda each, _hand_over: self._made(loaded[_fulfilment_order_id(each)], logos)

    def record(self, session: Session, done: Sequence[tuple[Held, StoredFile | None]]) -> None:
        """Where another worker was faster its slip stays, and ours is a file that nothing names."""
        made = {_fulfilment_order_id(held): file for held, file in done if file is not None}
        session.add_all(made.values())
        session.flush()
        session.execute(KEEP, {"ids": list(made), "files": [file.id for file in made.values()]})

    def _made(self, loaded: LoadedSlip, logos: Mapping[str, bytes]) -> StoredFile | None:
        if loaded.slip_file_id is not None:
            return None
        pdf = packing_slips([_with_logo(loaded, logos)], A4)
        return keep(self.files, pdf, name=f"{loaded.slip.code}.pdf", media_type=PDF)


def print_slips(loaded: Sequence[LoadedSlip], files: FileStore, *, paper: Paper) -> bytes:
    """One PDF of all of them, for the first print and for copies. Call it outside any transaction."""
    logos = _logos(loaded, files)
    return packing_slips([_with_logo(each, logos) for each in loaded], paper)


def _fulfilment_order_id(held: Held) -> int:
    return int(held.ids["fulfilment_order_id"])


def _logos(loaded: Sequence[LoadedSlip], files: FileStore) -> dict[str, bytes]:
    return {key: _read(files, key) for key in {each.logo_key for each in loaded} if key}


def _with_logo(loaded: LoadedSlip, logos: Mapping[str, bytes]) -> Slip:
    return replace(loaded.slip, sender=replace(loaded.slip.sender, logo=logos.get(loaded.logo_key or "")))


def _read(files: FileStore, key: str) -> bytes:
    with files.open(key) as stream:
        return stream.read()


KEEP = text(
    """
    UPDATE fulfilment_orders SET slip_file_id = made.file_id
    FROM unnest(CAST(:ids AS bigint[]), CAST(:files AS bigint[])) AS made (id, file_id)
    WHERE fulfilment_orders.id = made.id AND slip_file_id IS NULL
    """
)

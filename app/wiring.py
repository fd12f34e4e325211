"""Every event and who hears it, every effect and which queue serves it. Read this file to know what follows what."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TypeAlias

from app.channels import publication
from app.channels.publishers import all_publishers
from app.config import Config
from app.counting.events import CountAccepted
from app.inventory.events import FrozenUnitsReturned, StockArrived, SupplyMoved, UnitsFreed
from app.kernel import deliveries, effects, events, feed
from app.kernel.crypto import Keyring
from app.kernel.effects import Effect, InDatabase, OneByOne, Patience, on
from app.kernel.event_types import Event
from app.kernel.events import Hearer
from app.kernel.feed import Consumer
from app.kernel.files import FileStore
from app.kernel.http_guard import PublicOnly
from app.notifications import outbox, sending
from app.notifications.mailers import mailer_for
from app.notifications.sending import Sender
from app.orders.events import (
    OrderConfirmed,
    ParcelDelivered,
    ParcelShipped,
    PromiseMoved,
    UnitsShortPicked,
    WorkReleased,
)
from app.staff import resets
from app.staff.events import PasswordResetRequested
from app.workflows import (
    apply_stock_rules,
    count_sales,
    count_stock,
    fill_backorders,
    mail_alerts,
    make_export,
    note_stock_value,
    offer_stock,
    peg_backorders,
    plan_counts,
    post_counts,
    publish_stock,
    quarantine,
    set_aside,
    upkeep,
    watch_stock,
    work_imports,
)
from app.workflows.forget_exports import ExportForgetter
from app.workflows.forget_imports import ImportForgetter
from app.workflows.mail_staff import StaffMail
from app.workflows.make_export import Exporter
from app.workflows.make_packing_slips import SlipMaker
from app.workflows.notify import Notifier
from app.workflows.publish_stock import StockPublisher

# In the same transaction, database only; a failure fails the whole.
WITHIN: Mapping[type[Event], Sequence[Hearer]] = {}

# After commit: one delivery per name, tried on its own until it succeeds or is given up.
AFTER: Mapping[type[Event], Sequence[str]] = {
    OrderConfirmed: ["notifications.confirm_order"],
    ParcelShipped: ["notifications.announce_parcel"],
    ParcelDelivered: ["notifications.report_delivery"],
    WorkReleased: ["documents.make_packing_slip"],
    PasswordResetRequested: ["notifications.offer_password_reset"],
    StockArrived: ["orders.fill_backorders_on_arrival"],
    SupplyMoved: ["orders.peg_backorders_on_supply"],
    PromiseMoved: ["notifications.announce_new_promise"],
    CountAccepted: ["counting.post"],
    UnitsShortPicked: ["counting.note_short_pick"],
    UnitsFreed: ["orders.fill_backorders_on_release"],
    FrozenUnitsReturned: ["inventory.set_aside_returned"],
}

# By position, each reader at its own pace.
FEED: Sequence[Consumer] = (
    Consumer(name=count_sales.READER, queue="analytics", kinds=count_sales.KINDS, read=count_sales.on_sales_events),
    Consumer(
        name=publish_stock.READER, queue="channels", kinds=publish_stock.KINDS, read=publish_stock.on_stock_events
    ),
    Consumer(
        name=peg_backorders.READER, queue="intake", kinds=peg_backorders.KINDS, read=peg_backorders.on_orders_changed
    ),
)

Make: TypeAlias = Callable[..., Effect]

# Somebody sits before the page and waits: a few tries, then they are told.
HURRY = Patience(tries=4, first=2, longest=30)


def wire(config: Config, *, files: FileStore, keys: Keyring) -> None:
    """Connect everything; called once per process, before any event."""
    by_name = effects_by_name(config, files=files, keys=keys)
    deliveries.wire({name: effect.queue for name, effect in by_name.items()})
    effects.wire(by_name)
    events.wire(within=WITHIN, after=AFTER)
    feed.wire({consumer.name: consumer for consumer in FEED})


def effects_by_name(config: Config, *, files: FileStore, keys: Keyring) -> dict[str, Effect]:
    """EFFECTS: what deliveries name. A name may be taken away only when no row names it any more."""
    patient = partial(Effect, patience=Patience(first=config.retry_seconds))
    table = (
        *(*_mails(patient, config, files, keys), *_work(patient, files), *_imports(files)),
        *(_export(files), *_counts(patient), *_stock(config, keys), *_watch(config), *_upkeep(patient, files, keys)),
    )
    return {effect.name: effect for effect in table}


def _mails(effect: Make, config: Config, files: FileStore, keys: Keyring) -> tuple[Effect, ...]:
    customers, staff = Notifier(config.base_url, config.mails_from), StaffMail(config.mails_from)
    mail = Sender(
        mailer=mailer_for(config.smtp_url, folder=config.instance_dir / "mails"),
        links={"password_reset": partial(_reset_link, config.base_url, keys)},
        files=files,
    )
    letters: Mapping[str, InDatabase] = {
        "notifications.confirm_order": on(OrderConfirmed, customers.on_order_confirmed),
        "notifications.announce_parcel": on(ParcelShipped, customers.on_parcel_shipped),
        "notifications.report_delivery": on(ParcelDelivered, customers.on_parcel_delivered),
        "notifications.announce_new_promise": on(PromiseMoved, customers.on_promise_moved),
        "notifications.offer_password_reset": on(PasswordResetRequested, staff.on_password_reset_requested),
    }
    effect = partial(effect, queue="notifications", batch=20)
    return (
        *(effect(name=name, in_database=write, then=outbox.SEND) for name, write in letters.items()),
        effect(name=outbox.SEND, outside=mail, failed=sending.write_failure),
    )


def _work(effect: Make, files: FileStore) -> tuple[Effect, ...]:
    on_arrival = on(StockArrived, fill_backorders.on_stock_arrived)
    on_supply = on(SupplyMoved, peg_backorders.on_supply_moved)
    on_release = on(UnitsFreed, fill_backorders.on_units_freed)
    expire = upkeep.release_expired_holds
    returned = on(FrozenUnitsReturned, set_aside.on_frozen_units_returned)
    return (
        effect(name="documents.make_packing_slip", queue="documents", outside=SlipMaker(files), batch=20),
        effect(name="orders.fill_backorders_on_arrival", queue="intake", in_database=on_arrival, batch=500),
        effect(name="orders.fill_backorders_on_release", queue="intake", in_database=on_release, batch=500),
        effect(name="orders.fill_backorders", queue="intake", in_database=fill_backorders.fill_on),
        effect(name="orders.peg_backorders_on_supply", queue="intake", in_database=on_supply, batch=500),
        effect(name=peg_backorders.PEG, queue="intake", in_database=peg_backorders.peg_on, batch=500),
        effect(name="orders.peg_overdue", queue="intake", in_database=peg_backorders.peg_overdue),
        effect(name="orders.release_expired_holds", queue="intake", in_database=expire),
        effect(name="inventory.expire_reservations", queue="intake", in_database=upkeep.expire_reservations),
        effect(name="inventory.set_aside_returned", queue="intake", in_database=returned),
        effect(name="inventory.set_aside_due", queue="intake", in_database=set_aside.set_aside_what_is_due),
        effect(name="inventory.open_cases", queue="intake", in_database=quarantine.open_missing_cases_on_time),
    )


def _counts(effect: Make) -> tuple[Effect, ...]:
    effect = partial(effect, queue="intake")
    return (
        effect(name="counting.post", in_database=on(CountAccepted, post_counts.on_count_accepted), batch=1),
        effect(name="counting.note_short_pick", in_database=on(UnitsShortPicked, plan_counts.on_units_short_picked)),
        effect(name="counting.plan", in_database=plan_counts.plan_daily),
        effect(name="counting.note_stock_value", in_database=note_stock_value.note_stock_value),
    )


def _imports(files: FileStore) -> tuple[Effect, ...]:
    effect = partial(Effect, queue="intake", failed=work_imports.put_back, patience=HURRY, batch=1)
    return (
        effect(name=work_imports.CHECK, outside=OneByOne(work_imports.FileChecker(files).check)),
        effect(name=work_imports.RUN, outside=OneByOne(work_imports.run)),
        effect(name=work_imports.UNDO, in_database=work_imports.undo),
    )


def _export(files: FileStore) -> Effect:
    make = OneByOne(Exporter(files).make)
    return Effect(
        name=make_export.EFFECT, queue="analytics", outside=make, failed=make_export.put_back, patience=HURRY, batch=1
    )


def _stock(config: Config, keys: Keyring) -> tuple[Effect, ...]:
    """A channel that is away is tried for two weeks, every ten minutes in the end: it then gets what is so by then."""
    publisher = StockPublisher(all_publishers(PublicOnly(exceptions=config.outbound_exceptions)), keys)
    patience = Patience(tries=2_000, first=min(5, config.retry_seconds), longest=600)
    effect = partial(Effect, queue="channels", patience=patience, batch=1)
    tell = OneByOne(publisher.publish)
    return (
        effect(name=publication.PUBLISH, outside=tell, failed=publish_stock.write_failure),
        effect(name=offer_stock.OFFER_ALL, in_database=offer_stock.offer_all),
        effect(name=offer_stock.COMPARE, in_database=offer_stock.compare),
    )


def _watch(config: Config) -> tuple[Effect, ...]:
    """What looks at all stock every few minutes: a look that fails is made up for by the next."""
    effect = partial(Effect, queue="analytics", patience=HURRY, batch=100)
    mail = mail_alerts.AlertMail(config.base_url, config.mails_from)
    return (
        effect(name=apply_stock_rules.APPLY, in_database=apply_stock_rules.on_time),
        effect(name=count_stock.COUNT, in_database=count_stock.count_stock),
        effect(name=watch_stock.CHECK, in_database=watch_stock.check_levels),
        effect(name=mail_alerts.MAIL, in_database=mail.post, then=outbox.SEND),
    )


def _upkeep(effect: Make, files: FileStore, keys: Keyring) -> tuple[Effect, ...]:
    sign = partial(upkeep.sign_chains, keys=keys)
    return (
        effect(name="upkeep.prune", queue="upkeep", in_database=upkeep.tidy),
        effect(name="upkeep.forget_imports", queue="upkeep", outside=OneByOne(ImportForgetter(files).forget)),
        effect(name="upkeep.forget_exports", queue="upkeep", outside=OneByOne(ExportForgetter(files).forget)),
        effect(name="upkeep.make_partitions", queue="upkeep", in_database=upkeep.make_partitions),
        effect(name="inventory.sign_chains", queue="upkeep", in_database=sign),
    )


def _reset_link(base_url: str, keys: Keyring, reset_id: int) -> str:
    return f"{base_url}/account/password-reset/{resets.link(keys, reset_id)}"

"""Imports every package's tables: a foreign key by name needs its target loaded."""

import app.analytics.models
import app.catalogue.models
import app.channels.models
import app.company.models
import app.customers.models
import app.fulfilment.models
import app.imports.models
import app.inventory.care_models
import app.inventory.models
import app.kernel.files
import app.kernel.tables
import app.notifications.models
import app.orders.models
import app.payments.models
import app.shipping.models
import app.staff.models
from app.kernel.db import Base

metadata = Base.metadata

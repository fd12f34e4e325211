"""From which shelves a site gives what leaves it for another site."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.inventory import places, removal
from app.inventory.places import Place

"""Ordering more in time: reorder points from demand and lead time, and alerts that do not nag."""

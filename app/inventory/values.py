"""Words of stock that more than one file uses."""

GOOD = "good"
CONDITIONS = {
    GOOD: "Good",
    "damaged": "Damaged",
    "quarantine": "In quarantine",
    "quality_hold": "Waiting for a quality check",
    "expired": "Expired",
}

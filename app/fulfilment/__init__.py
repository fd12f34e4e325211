"""Work at sites: routing, fulfilment orders, picking, packing, parcels."""

"""Waybill: an order management system."""

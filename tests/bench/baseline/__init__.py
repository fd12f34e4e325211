"""The floors: the same minimal writes without Waybill, by pgbench, by COPY and behind a bare Flask view."""

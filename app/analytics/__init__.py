"""Figures for people who run the company: one query per report, the same rows on chart, table, CSV and command line."""

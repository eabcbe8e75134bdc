"""Timelines of topics whose events are known, and quotations whose speakers are, and how right both are."""

"""Our own TextFSM templates, where ntc-templates has none, or reads a real output wrongly.

A template names each line that is no row (headings, rules, totals), so that a line that fits
nothing is odd, and told.
"""

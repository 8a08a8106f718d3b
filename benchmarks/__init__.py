"""Measure the speed and memory of the search page with the real server on a database of made-up listings.

`make bench SIZE=10000|100000|1000000 DB=sqlite|postgres` runs it. docs/performance.md explains the figures.
"""

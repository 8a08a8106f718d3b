"""How fast the search page is, and how much it takes: a made-up base of any size, the real server, figures.

`make bench SIZE=10000|100000|1000000 DB=sqlite|postgres`. docs/performance.md tells what is measured and what came out.
"""

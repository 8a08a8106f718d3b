"""An invented town to look at the site with: every listing in it is marked "Sample", and none of it is real.

The data files beside this module are read by `rows`, in the short forms that `reading` explains, and put into the
database by `town`. The towns and ZIPs are real, so that searching near them finds something; the streets, houses,
people and texts are invented, telephone numbers end in 555-01xx, and addresses on the web are example.org and
example.com, which belong to nobody.
"""

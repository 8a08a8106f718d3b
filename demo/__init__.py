"""The demo town: invented listings with which to try the site. Each is marked "Sample".

`data_files` reads the TOML files in `data/`. `shorthand` parses their short forms. `loader` writes the listings into
the database. The towns and ZIPs are real, so that searching near them finds something. The streets, buildings, people
and texts are invented. Telephone numbers end in 555-01xx, and web addresses are at example.org and example.com, which
are reserved for examples.
"""

"""For whoever adds a source: its first files, and the table of all sources.

scaffold  the module, its tests and its page, with what is left to say marked in them
table     what every source can do, for `docs/sources/README.md`, written from the code
"""

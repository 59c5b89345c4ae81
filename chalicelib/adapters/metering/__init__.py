"""Usage, metered where it happens.

tally    what this process has used and nobody has kept yet, each for its purpose
"""

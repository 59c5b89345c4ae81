"""`python -m infra.cli` is `nightdesk`."""

from infra.cli import main

main()

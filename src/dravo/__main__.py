"""`python -m dravo` is `dravo`."""

from dravo.cli.main import main

main()

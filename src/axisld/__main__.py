"""`python -m axisld` is the `axisld` command."""

from axisld.cli import main

main()

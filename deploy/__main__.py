"""``python -m deploy`` is the ``truenorth`` command."""

from deploy.cli import main

main()

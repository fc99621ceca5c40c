"""`python -m pkpipe` is the command `pkpipe`."""

from pkpipe.cli import main

raise SystemExit(main())

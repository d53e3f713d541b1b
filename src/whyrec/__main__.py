"""`python -m whyrec` is the command line."""

import sys

from whyrec.cli import main

sys.exit(main())

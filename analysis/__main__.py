"""Entry point of ``python -m analysis``."""

import gc
import sys

from analysis.cli import main

gc.disable()  # among millions of words there are no cycles to look for
sys.exit(main())

"""Citizens' texts in, themes out: no web, no database, no network, no language model.

The way of one text: ``normalize`` → ``statements`` → ``tokens`` → ``campaigns`` → ``themes``.
``screening`` finds what must be hidden or read at once; ``identity`` links one run to the last.
"""

__version__ = "0.1.0"

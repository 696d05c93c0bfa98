"""The outbox: what must happen after a commit is a named job, stored in the same transaction."""

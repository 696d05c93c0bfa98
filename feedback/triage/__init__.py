"""The queue, search, cases（対応）, assignment to staff, notes."""

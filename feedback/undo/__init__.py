"""Taking back what one did: acts of staff that can be undone（取り消し）."""

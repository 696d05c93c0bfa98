"""What make and the continuous integration call before our own environment exists."""

"""A living system for newcomers, loaded through the rooms' own services."""

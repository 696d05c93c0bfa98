"""Tests: the same names as the source, room by room."""

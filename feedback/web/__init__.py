"""What every page shares; the only place that touches Flask's ``current_app`` and ``g``."""

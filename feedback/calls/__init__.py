"""Governments, municipalities, initiatives and calls for opinions（意見募集）."""

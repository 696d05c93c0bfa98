"""Hash-chained entries of who did what when（監査記録）."""

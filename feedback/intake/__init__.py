"""Everything that makes a submission（意見）: the citizen's form, the receipt, imports."""

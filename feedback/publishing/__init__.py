"""What everybody may see: themes, answers, status by receipt number."""

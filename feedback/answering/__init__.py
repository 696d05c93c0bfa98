"""What governments answer to themes（回答）."""

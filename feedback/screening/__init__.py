"""What the machine sees at first reading: statements, personal data, urgency, campaigns."""

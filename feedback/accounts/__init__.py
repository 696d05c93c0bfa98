"""Staff（職員）, their roles, sign-in, and the one policy module."""

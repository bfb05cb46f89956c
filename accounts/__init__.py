"""People who sign in, what they may do, and the credentials of integrations."""

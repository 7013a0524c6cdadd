"""Who may use a desk: accounts, roles, key slots, sessions."""

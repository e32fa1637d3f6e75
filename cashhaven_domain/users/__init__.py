"""Who may use the shop's system: accounts, passwords, signing in and out."""

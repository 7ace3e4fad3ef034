"""Who may come in and do what: sign-in, roles and their scope, sessions, tokens, devices."""

"""One stream of log lines: ours, the server's and the libraries', redacted and encoded."""

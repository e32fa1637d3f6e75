"""What the server can do, measured against the same contract on Express: `nox -s bench`."""

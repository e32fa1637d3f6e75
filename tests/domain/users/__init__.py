"""Accounts, passwords, signing in and out."""

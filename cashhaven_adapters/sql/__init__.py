"""The books in SQL: MySQL, MariaDB and SQLite through SQLAlchemy Core."""

"""Arrays put together and taken apart."""

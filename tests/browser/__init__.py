"""What people meet: pages in a real browser, through a real identity provider."""

"""What others read, check and show of ours: parsers, linters, a browser, an identity provider."""

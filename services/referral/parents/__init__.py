"""Parents and carers as people of their own, and whose parents they are."""

"""All that a reader can obtain, put together to work a withheld number out."""

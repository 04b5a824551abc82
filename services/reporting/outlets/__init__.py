"""The report as what is read: one document, from which the page and every file is drawn."""

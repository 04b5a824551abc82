"""Pages on which a questionnaire is answered, however somebody came to it: they know no link."""

"""What is withheld at which level: dated data files, each from its day until the next begins."""

"""Exceptions to disclosure: a small number is shown because two people of two roles say so."""

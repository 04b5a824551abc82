"""The fictional county: raw records, the publication they are to reproduce, and a second opinion.

Everybody and everything in it is made up.
"""

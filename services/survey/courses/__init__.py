"""The list of course, network and bespoke codes: dated files, and what may stand in them."""

"""Pages for people: one layout, one style sheet, one way to sign in.

A service with pages gives its routes the class of `page_router`, draws them with `Templates` over
a folder of its own, and names in its manifest what the index links to (`front`); the sign-in
routes, sessions and pages of refusals come with that.
"""

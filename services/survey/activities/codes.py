"""By which method a child is heard, and whether they and their parent agreed to it."""

from typing import Literal

Method = Literal["observation", "photo-choice", "puppets", "play", "drawing", "other"]
Assent = Literal["given", "refused", "withdrawn"]
Agreement = Literal["given", "refused", "withdrawn", "not-answered"]

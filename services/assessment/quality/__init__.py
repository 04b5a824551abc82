"""The quality of teaching: judgements of teachers, and dialogues of teams."""

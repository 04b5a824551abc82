"""How children are heard other than by questionnaires: observation, photo choice, puppets."""

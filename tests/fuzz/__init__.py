"""Nonsense of every kind that a person, a file, a link or a browser can hand in, by the thousand and repeatable.

Each kind is a function of a random generator that makes one case and hands it in. It returns whether it was opened;
anything that is raised but GramlabError, and anything that takes too long, is a fault.
"""

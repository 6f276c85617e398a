"""`make bench`: how quick the app is to touch. Figures to compare in one run, never a test: machines differ."""

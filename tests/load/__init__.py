"""A room full of people without browsers: how long they wait, and whether it holds for a day."""

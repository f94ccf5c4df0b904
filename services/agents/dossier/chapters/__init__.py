"""What each chapter shows: the readings with charts and orders computed from them, the same for HTML and Markdown."""

"""What each chapter shows: the readings with the charts and orders computed from them, the same for HTML and Markdown."""

"""The dossier as Markdown: the chapters as texts and tables, and the whole."""

"""The rules of templates: sound graphs, how much work they are, which one fits a request, what a finished run teaches.

Pure: no store, no message, no file.
"""

"""Facts of a world as records: nested dicts whose keys are the words schemas use for their fields.

A record is not an answer. The walker takes from it what a schema asks for, under the name the schema
uses (`lookup.py` knows the synonyms), and fits it to the schema's limits; so a field that is renamed
or added costs a plainer sentence, never a failure.
"""

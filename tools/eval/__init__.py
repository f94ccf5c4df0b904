"""`make eval`: requests through the whole system, and what code can say about the dossiers that come out."""

"""The results of other agents as a dossier reads them: tolerant models of its own, never the agents' own."""

"""`jarvis`: HeyJarvis on the command line, as single commands and as a conversation."""

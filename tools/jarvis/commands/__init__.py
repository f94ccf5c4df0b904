"""The commands of `jarvis`, by what they are about. Each reads its words, asks a service and draws the answer."""

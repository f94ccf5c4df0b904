"""Programs around the services: the local runner, the command line, the offline model, the code generator."""

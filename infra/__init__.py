"""What stands around the service: configuration, command line, template, the local cloud."""

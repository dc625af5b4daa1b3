"""Looking after a site: health, what the machine can do, jobs, checks, commands, logs, plugins."""

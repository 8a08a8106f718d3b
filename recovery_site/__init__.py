"""The site: settings, addresses, security middleware, backups and translations."""

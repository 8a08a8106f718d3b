"""Countries, towns, ZIPs and distances."""

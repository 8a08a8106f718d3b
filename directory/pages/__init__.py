"""The public pages: views, home page tiles, error pages, sitemaps."""

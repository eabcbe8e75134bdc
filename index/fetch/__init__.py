"""Articles from the web: pages, feeds and sitemaps; and keeping up with what is followed."""

from index.fetch.follow import SyncReport, add_urls, follow_folders, forget_place, sync_library

__all__ = ["SyncReport", "add_urls", "follow_folders", "forget_place", "sync_library"]

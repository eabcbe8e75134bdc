"""Who may see and change which collections: kept in a table, and held by the database's own row-level security."""

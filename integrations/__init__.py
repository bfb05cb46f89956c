"""Files and systems that write to the portal: imports, external ids, sync."""

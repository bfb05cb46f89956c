"""What imports do: read files, understand cells, write chunks."""

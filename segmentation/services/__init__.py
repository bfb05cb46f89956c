"""The writers of segments and of the answers to the rule book."""

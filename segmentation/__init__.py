"""The machine that runs criteria over partners and keeps the answers fresh."""

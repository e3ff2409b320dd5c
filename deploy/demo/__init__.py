"""A made-up company whose quarter is played through the real workflows under a simulated clock."""

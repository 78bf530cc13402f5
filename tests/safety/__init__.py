"""What the console promises over SSH, R1 to R13: one module for each."""

"""What is true: values and decisions. Standard library and a table of letters only."""

"""What judging is worth, measured on labelled files: `python -m training.evaluate`.

The JSON object goes to standard output, the table for people to standard error.
"""

"""The FOCUS export on the machine of whoever asks, and the check of it.

parquet   rows as a Parquet file
sample    a made-up month with everything that a month can hold
verdict   what the validator said of a file
python    the Python that the validator needs, and its environment
check     `make focus-check`: the sample must pass, and a broken one must not
"""

"""Training of the lean model, with numpy alone: `python -m training.lean --help`."""

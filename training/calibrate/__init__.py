"""Sets the constants of judging by measurement: `python -m training.calibrate`."""

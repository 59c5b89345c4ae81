"""What it weighs, how fast it is and how many requests it makes: `make bench`."""
